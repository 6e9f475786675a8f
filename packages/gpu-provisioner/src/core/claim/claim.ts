import { finalizers } from '@kaito/types';
import type { NodeSelectorRequirement, Quantity, Taint } from '@kaito/types';

type Strings = Readonly<Record<string, string>>;

type Amounts = Readonly<Record<string, Quantity>>;

/** The API in which a claim was written: Karpenter's Machine of `v1alpha5`, or its NodeClaim of `v1`. */
export type ClaimApi = 'Machine' | 'NodeClaim';

const CLAIM_KINDS: readonly string[] = ['Machine', 'NodeClaim'] satisfies readonly ClaimApi[];

/** Whether objects of the kind are claims. */
export function isClaimKind(kind: string): boolean {
  return CLAIM_KINDS.includes(kind);
}

/** Names one claim, and no later one of its name. */
export interface ClaimRef {
  readonly api: ClaimApi;
  readonly name: string;
  readonly uid: string;
}

/** A condition in either shape: knative's has a severity, Kubernetes' own an observed generation. */
export interface ClaimCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly severity?: string | undefined;
  readonly observedGeneration?: number | undefined;
  readonly lastTransitionTime?: string | undefined;
}

export interface ClaimStatus {
  readonly nodeName?: string | undefined;
  readonly providerID?: string | undefined;
  readonly imageID?: string | undefined;
  readonly capacity?: Amounts | undefined;
  readonly allocatable?: Amounts | undefined;
  readonly conditions?: readonly ClaimCondition[] | undefined;
}

/** A node selector requirement; `minValues` of a NodeClaim: how many of the values must be kept. */
export interface Requirement extends NodeSelectorRequirement {
  readonly minValues?: number | undefined;
}

/** Who makes the Node of a NodeClaim, and how; the object need not exist. */
export interface NodeClassRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** A request for one Node, whichever API it was written in. */
export interface Claim extends ClaimRef {
  readonly resourceVersion: string;
  readonly generation: number;
  readonly createdAt: Date;
  readonly isDeleting: boolean;
  /** When its deletion was asked for. */
  readonly deletedAt?: Date;
  readonly finalizers: readonly string[];
  readonly labels: Strings;
  readonly annotations: Strings;
  readonly requirements: readonly Requirement[];
  readonly taints: readonly Taint[];
  readonly startupTaints: readonly Taint[];
  readonly requests: Amounts;
  /** Of NodeClaims alone. */
  readonly nodeClass?: NodeClassRef;
  /** How long pods may hold up the drain of its Node; absent: as long as they like. */
  readonly terminationGraceMs?: number;
  /** How long it lives; absent: for ever. */
  readonly expireAfterMs?: number;
  /** Taken once, from the claim's Node; from then on it is known by this and `nodeUid`. */
  readonly providerId?: string;
  readonly nodeUid?: string;
  /** When its creates of the last hour were sent, oldest first. */
  readonly attempts: readonly Date[];
  /** What the user was told when the launch failed last. */
  readonly lastLaunchFailure?: string;
  readonly status: ClaimStatus;
}

export function refOf({ api, name, uid }: ClaimRef): ClaimRef {
  return { api, name, uid };
}

export function hasFinalizer(object: { readonly finalizers?: readonly string[] | undefined }): boolean {
  return object.finalizers?.includes(finalizers.termination) ?? false;
}

/** The values of an `In` requirement, in the order in which they are listed. */
export function requiredValues(claim: Pick<Claim, 'requirements'>, key: string): readonly string[] {
  return claim.requirements
    .filter((requirement) => requirement.key === key && requirement.operator === 'In')
    .flatMap(({ values = [] }) => values);
}
