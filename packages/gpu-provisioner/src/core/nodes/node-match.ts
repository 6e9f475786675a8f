import { annotations, labels } from '@kaito/types';
import type { Node } from '@kaito/types';

import { isClaimKind } from '../claim/claim.ts';
import type { Claim } from '../claim/claim.ts';
import { timeOf } from '../time.ts';

/**
 * The Nodes that are a claim's. `Lost`: it had one, and there is no such Node any more; `Returned`: but there is another
 * of its provider ID.
 */
export type NodeMatch =
  | { readonly kind: 'None' | 'Lost' }
  | { readonly kind: 'Returned'; readonly node: Node }
  | { readonly kind: 'One'; readonly node: Node; readonly providerId: string }
  | { readonly kind: 'Many'; readonly providerId: string };

/**
 * Finds the claim's Node. The first time it is the one that AKS labelled with the claim's pool and that is younger
 * than the claim: a pool made again under its name gives the same provider IDs to other machines. Later it is the one
 * of the provider ID and uid that the claim has taken.
 */
export function matchNode(claim: Claim, nodes: readonly Node[]): NodeMatch {
  const candidates = nodes.filter((node) => isOfThisLife(node, claim));
  const providerId = claim.providerId ?? firstProviderId(claim, candidates);
  const same = candidates.filter(({ spec }) => spec.providerID === providerId);
  const known = claim.nodeUid === undefined ? same[0] : same.find(({ metadata }) => metadata.uid === claim.nodeUid);
  if (providerId === undefined || known === undefined) {
    return claim.nodeUid === undefined ? { kind: 'None' } : withoutKnown(same);
  }
  return same.length > 1 && !isInitialized(known)
    ? { kind: 'Many', providerId }
    : { kind: 'One', node: known, providerId };
}

function withoutKnown(same: readonly Node[]): NodeMatch {
  const [other, ...more] = same.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return other === undefined || more.length > 0 ? { kind: 'Lost' } : { kind: 'Returned', node: other };
}

export function isInitialized({ metadata }: Node): boolean {
  return metadata.labels?.[labels.initialized] === 'true';
}

export function isReady({ status }: Node): boolean {
  return status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}

/** Since when the Node has not been Ready, as the cluster says; undefined: it is, or nobody has said anything yet. */
export function notReadySince(node: Node): Date | undefined {
  return isReady(node) ? undefined : readinessSince(node);
}

/** Since when the Node has been Ready; undefined: it is not, or nobody has said since when. */
export function readySince(node: Node): Date | undefined {
  return isReady(node) ? readinessSince(node) : undefined;
}

function readinessSince({ status }: Node): Date | undefined {
  const since = status.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime;
  return since === undefined ? undefined : timeOf(since);
}

/** Whether the claim was given this provider ID by a person who wants an existing instance adopted. */
export function isLinkedByHand(claim: Claim): boolean {
  return claim.annotations[annotations.linked] !== undefined && claim.attempts.length === 0;
}

/** Both times are the API server's, so no two clocks are compared. Two claims of one name may be of one time. */
export function isOfThisLife({ metadata }: Node, claim: Claim): boolean {
  const { creationTimestamp, ownerReferences = [], uid } = metadata;
  const isAnothers = ownerReferences.some(({ kind, uid: owner }) => isClaimKind(kind) && owner !== claim.uid);
  return uid === claim.nodeUid || (timeOf(creationTimestamp) >= claim.createdAt && !isAnothers);
}

function firstProviderId({ name }: Claim, candidates: readonly Node[]): string | undefined {
  const [oldest] = candidates
    .filter(({ metadata, spec }) => metadata.labels?.[labels.agentPool] === name && (spec.providerID ?? '') !== '')
    .toSorted((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1));
  return oldest?.spec.providerID;
}
