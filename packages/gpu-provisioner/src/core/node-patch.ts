import { annotations, finalizers, labels } from '@kaito/types';
import type { Node, OwnerReference, Taint } from '@kaito/types';
import { withFinalizer, withoutFinalizer } from '@kaito/controller-runtime';

import { hasFinalizer } from './claim.ts';
import type { Claim } from './claim.ts';
import { frontEndOf } from './front-ends/index.ts';
import { initializationBlocker } from './initialization.ts';
import { isInitialized } from './node-match.ts';
import { mergedTaints } from './taints.ts';

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

/** Marks the Node as closed to new pods and new connections; undefined when it is. */
export function cordonPatch({ metadata, spec }: Node): ObjectPatch | undefined {
  const isExcluded = metadata.labels?.[labels.excludeFromLoadBalancers] !== undefined;
  if (spec.unschedulable === true && isExcluded) {
    return undefined;
  }
  const { resourceVersion } = metadata;
  return {
    metadata: { resourceVersion, labels: { [labels.excludeFromLoadBalancers]: EXCLUDED_BY } },
    spec: { unschedulable: true },
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
    spec: { taints: mergedTaints(spec.taints ?? [], [...claim.taints, ...claim.startupTaints]) },
  };
}

function isOwnedBy({ ownerReferences = [] }: Node['metadata'], { uid }: Pick<Claim, 'uid'>): boolean {
  return ownerReferences.some((owner) => owner.uid === uid);
}

function ownerReference(claim: Claim): OwnerReference {
  const { apiVersion } = frontEndOf(claim);
  return { apiVersion, kind: claim.api, name: claim.name, uid: claim.uid, blockOwnerDeletion: true };
}
