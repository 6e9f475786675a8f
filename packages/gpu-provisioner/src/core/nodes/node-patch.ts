import { withFinalizer, withoutFinalizer } from '@kaito/controller-runtime';
import { annotations, finalizers, labels, taints as knownTaints } from '@kaito/types';
import type { Node, OwnerReference, Taint } from '@kaito/types';

import { hasFinalizer } from '../claim/claim.ts';
import type { Claim, ClaimApi } from '../claim/claim.ts';
import { frontEndOf } from '../front-ends/index.ts';
import { initializationBlocker } from './initialization.ts';
import { isInitialized } from './node-match.ts';
import { isSameTaint, mergedTaints } from './taints.ts';

type Strings = Readonly<Record<string, string>>;

/** A merge patch of an object that must not have changed since it was read. */
export interface ObjectPatch {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly labels?: Strings;
    readonly annotations?: Strings;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly OwnerReference[];
  };
  readonly spec?: { readonly taints?: readonly Taint[]; readonly unschedulable?: boolean };
}

/** Where the note about a drain that load balancers read comes from. */
const EXCLUDED_BY = 'karpenter';

/** Bookkeeping of the claim, which says nothing about its Node. */
const CLAIM_ONLY: ReadonlySet<string> = new Set([
  annotations.linked,
  annotations.nodeUid,
  annotations.createAttempts,
  annotations.gpuAwaitedSince,
  annotations.launchFailure,
  'kubectl.kubernetes.io/last-applied-configuration',
]);

export function isRegistered({ metadata }: Node, claim: Pick<Claim, 'uid'>): boolean {
  return metadata.labels?.[labels.registered] === 'true' && isOwnedBy(metadata, claim);
}

/** Whether the Node stays until we let it go. */
export function isHeldFor({ metadata }: Node, claim: Pick<Claim, 'uid'>): boolean {
  return hasFinalizer(metadata) && isOwnedBy(metadata, claim);
}

/** What registration and initialization still have to write on the claim's Node; undefined: nothing. */
export function nodePatch(claim: Claim, node: Node, claimLabels: Strings): ObjectPatch | undefined {
  const registration = isRegistered(node, claim) ? undefined : registrationPatch(claim, node, claimLabels);
  const taints = [...(registration?.spec?.taints ?? node.spec.taints ?? [])];
  const mayInitialize =
    !isInitialized(node) && initializationBlocker(claim, { ...node, spec: { taints } }) === undefined;
  const { resourceVersion } = node.metadata;
  if (!mayInitialize) {
    return registration;
  }
  const initialized = { [labels.initialized]: 'true' };
  return registration === undefined
    ? { metadata: { resourceVersion, labels: initialized } }
    : {
        ...registration,
        metadata: { ...registration.metadata, labels: { ...registration.metadata.labels, ...initialized } },
      };
}

/**
 * Marks the Node as closed to new pods and new connections, as the era does it: Machines cordon it, NodeClaims taint
 * it; undefined when it is.
 */
export function closingPatch({ metadata, spec }: Node, api: ClaimApi): ObjectPatch | undefined {
  const { taints = [], unschedulable } = spec;
  const isTainted = taints.some((taint) => isSameTaint(taint, knownTaints.disrupted));
  const isExcluded = metadata.labels?.[labels.excludeFromLoadBalancers] !== undefined;
  const isClosed = api === 'Machine' ? unschedulable === true : isTainted;
  if (isClosed && isExcluded) {
    return undefined;
  }
  const { resourceVersion } = metadata;
  return {
    metadata: { resourceVersion, labels: { [labels.excludeFromLoadBalancers]: EXCLUDED_BY } },
    spec: api === 'Machine' ? { unschedulable: true } : { taints: mergedTaints(taints, [knownTaints.disrupted]) },
  };
}

/** Lets the object go; undefined when nothing of ours holds it. */
export function releasePatch(object: {
  readonly resourceVersion: string;
  readonly finalizers?: readonly string[] | undefined;
}): ObjectPatch | undefined {
  const { resourceVersion, finalizers: held } = object;
  return hasFinalizer(object)
    ? { metadata: { resourceVersion, finalizers: withoutFinalizer(held, finalizers.termination) } }
    : undefined;
}

function registrationPatch(claim: Claim, { metadata, spec }: Node, claimLabels: Strings): ObjectPatch {
  return {
    metadata: {
      resourceVersion: metadata.resourceVersion,
      finalizers: withFinalizer(metadata.finalizers, finalizers.termination),
      ownerReferences: isOwnedBy(metadata, claim)
        ? (metadata.ownerReferences ?? [])
        : [...(metadata.ownerReferences ?? []), ownerReference(claim)],
      labels: { ...claimLabels, [labels.registered]: 'true' },
      annotations: Object.fromEntries(Object.entries(claim.annotations).filter(([key]) => !CLAIM_ONLY.has(key))),
    },
    spec: { taints: registeredTaints(claim, { metadata, spec }) },
  };
}

/** A Node may ask to keep its taints; the one of Nodes that nobody knows yet goes all the same. */
function registeredTaints(claim: Claim, { metadata, spec }: Pick<Node, 'metadata' | 'spec'>): readonly Taint[] {
  const present = spec.taints ?? [];
  const keepsItsOwn = claim.api === 'NodeClaim' && metadata.labels?.[labels.doNotSyncTaints] === 'true';
  const merged = keepsItsOwn ? present : mergedTaints(present, [...claim.taints, ...claim.startupTaints]);
  return claim.api === 'Machine' ? merged : merged.filter((taint) => !isSameTaint(taint, knownTaints.unregistered));
}

function isOwnedBy({ ownerReferences = [] }: Node['metadata'], { uid }: Pick<Claim, 'uid'>): boolean {
  return ownerReferences.some((owner) => owner.uid === uid);
}

function ownerReference(claim: Claim): OwnerReference {
  const { apiVersion } = frontEndOf(claim);
  return { apiVersion, kind: claim.api, name: claim.name, uid: claim.uid, blockOwnerDeletion: true };
}
