import type { Node } from '@kaito/types';

import type { Claim, ClaimRef, ClaimStatus } from './claim/claim.ts';
import type { DrainedPod } from './deletion/drained-pods.ts';
import type { Fleet } from './nodes/fleet.ts';
import type { ObjectPatch } from './nodes/node-patch.ts';

/** What the caches of the Kubernetes API show of one claim. */
export interface ClusterView {
  /** Those that are ours to serve, the oldest first. */
  readonly claims: readonly Claim[];
  readonly nodes: readonly Node[];
  readonly pods: ReadonlyMap<string, readonly DrainedPod[]>;
  readonly fleet: Fleet;
}

/** One pod, and no later one of its name. */
export interface PodRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** The Kubernetes cluster as this controller needs it. */
export interface Cluster {
  view(name: string): ClusterView;
  /** Those that are ours to serve, as the caches show them; undefined until the caches are complete. */
  claims(): readonly Claim[] | undefined;
  /** Every claim of the name, ours to serve or not, read past every cache. */
  getClaims(name: string, signal: AbortSignal): Promise<readonly Claim[]>;
  /** Reads past every cache. */
  getNode(name: string, signal: AbortSignal): Promise<Node | undefined>;
  patchClaim(claim: ClaimRef, patch: ObjectPatch, signal: AbortSignal): Promise<void>;
  patchClaimStatus(claim: ClaimRef, status: ClaimStatus, signal: AbortSignal): Promise<void>;
  /** Of the version that was read. */
  deleteClaim(claim: Claim, signal: AbortSignal): Promise<void>;
  patchNode(name: string, patch: ObjectPatch, signal: AbortSignal): Promise<void>;
  deleteNode(name: string, uid: string, signal: AbortSignal): Promise<void>;
  /** A refusal by a disruption budget is kept for the next view. */
  evictPod(pod: PodRef, signal: AbortSignal): Promise<void>;
  /** Past every disruption budget. */
  deletePod(pod: PodRef, graceSeconds: number, signal: AbortSignal): Promise<void>;
  /** A Warning event about the cluster as a whole, which `kubectl get events` shows. */
  warnOfCluster(reason: string, message: string): void;
  /** A Warning event on the claim. */
  warn(claim: ClaimRef, reason: string, message: string): void;
}
