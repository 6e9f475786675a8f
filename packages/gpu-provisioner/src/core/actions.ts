import type { ClaimRef, ClaimStatus } from './claim/claim.ts';
import type { ObjectPatch } from './nodes/node-patch.ts';
import type { Offering } from './offerings/unavailable-offerings.ts';
import type { AgentPoolSpec, CloudFailure } from './pools/cloud.ts';
import type { TerminationReason } from './reasons.ts';

/** What an uncached read must still show of the claim's Node before a claim is given up because of it. */
export interface NodeProof {
  readonly name: string;
  readonly uid: string;
  /** Whether it is enough that the Node is not Ready. */
  readonly mayBeNotReady: boolean;
  /** Then also: and that it has not been since. */
  readonly notReadySince?: Date;
}

/** What is done to the claim's pool. Only the pool that was decided about is deleted: the one of this etag. */
export type PoolAction =
  /** Records the attempt on the claim, then asks for the pool. Comes to nothing when it is not its turn any more. */
  | {
      readonly kind: 'CreatePool';
      readonly claim: ClaimRef;
      readonly spec: AgentPoolSpec;
      readonly record: ObjectPatch;
    }
  | { readonly kind: 'DeletePool'; readonly createdAt: Date; readonly etag?: string }
  /** Deletes the pool of a claim that an uncached read does not find; without `claimUid`, of any claim of the name. */
  | { readonly kind: 'CollectPool'; readonly claimUid?: string; readonly createdAt: Date; readonly etag?: string }
  | { readonly kind: 'AbortPool' }
  /** What the pool was to be could not be had: nobody asks for it again for a while. */
  | { readonly kind: 'RememberFailure'; readonly offering: Offering; readonly failure: CloudFailure }
  /** Asks the cloud for this one pool, which says for certain whether there is one. */
  | { readonly kind: 'LookUpPool' };

/** What is done to objects of the cluster. */
export type ClusterAction =
  | { readonly kind: 'PatchClaim'; readonly claim: ClaimRef; readonly patch: ObjectPatch }
  | { readonly kind: 'PatchClaimStatus'; readonly claim: ClaimRef; readonly status: ClaimStatus }
  | {
      readonly kind: 'DeleteClaim';
      readonly claim: ClaimRef;
      readonly reason: TerminationReason;
      readonly proof?: NodeProof;
    }
  | { readonly kind: 'PatchNode'; readonly node: string; readonly patch: ObjectPatch }
  | { readonly kind: 'DeleteNode'; readonly node: string; readonly uid: string }
  | { readonly kind: 'EvictPod'; readonly namespace: string; readonly pod: string; readonly uid: string }
  /** Past every disruption budget. */
  | {
      readonly kind: 'DeletePod';
      readonly namespace: string;
      readonly pod: string;
      readonly uid: string;
      readonly graceSeconds: number;
    }
  | {
      readonly kind: 'Warn';
      readonly claim: ClaimRef;
      readonly reason: string;
      readonly message: string;
      /** While this process leads, the claim is told of this reason no more than once. */
      readonly isOnce?: boolean;
    };

/** One write to the world. Each may be repeated without harm. */
export type Action = PoolAction | ClusterAction;

export interface Plan {
  /** In the order in which they are done; a crash after any of them leaves a state to go on from. */
  readonly actions: readonly Action[];
  /** Look again after this long even if nothing changes. Absent: wait for a change. */
  readonly requeueAfterMs?: number;
  /** The agent pools are listed anew by then. Absent: nobody waits for it. */
  readonly lookAt?: Date;
  /** By then every pool is to be listed, not this one alone. */
  readonly isListWanted?: boolean;
  /** What is held back because another operation runs on the cluster, or because it has as many pools as it may. */
  readonly waitsFor?: 'create' | 'delete' | 'room';
  /** What of the region is to be read. */
  readonly awaits?: 'skus' | 'usages';
  /** Whether time counts from here on against the limit for the launch. */
  readonly isStalled?: boolean;
}
