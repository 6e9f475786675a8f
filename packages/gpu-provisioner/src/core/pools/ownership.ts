import type { Claim } from '../claim/claim.ts';
import type { AgentPool } from './cloud.ts';
import { isLegacyPoolOf } from './legacy-pool.ts';

/** The mark that the first PUT of a pool carries: proof that it is ours, and whose it is. */
const tags = { cluster: 'kaito-cluster', claim: 'kaito-claim', claimUid: 'kaito-claim-uid' } as const;

export interface OwnershipMark {
  readonly cluster: string;
  readonly claim: string;
  readonly claimUid: string;
}

/**
 * Whose a pool is, seen from the claim of its name: `ours` of this very claim, `former` of an earlier claim of that
 * name in this cluster, `legacy` made for this claim by the Go gpu-provisioner, which marked nothing.
 */
export type Ownership = 'ours' | 'former' | 'legacy' | 'foreign';

export function markTags({ cluster, claim, claimUid }: OwnershipMark): Readonly<Record<string, string>> {
  return { [tags.cluster]: cluster, [tags.claim]: claim, [tags.claimUid]: claimUid };
}

export function markOf({ tags: all }: Pick<AgentPool, 'tags'>): OwnershipMark | undefined {
  const { [tags.cluster]: cluster, [tags.claim]: claim, [tags.claimUid]: claimUid } = all;
  return cluster === undefined || claim === undefined || claimUid === undefined
    ? undefined
    : { cluster, claim, claimUid };
}

export function ownershipOf(pool: AgentPool, claim: Claim, clusterId: string): Ownership {
  const mark = markOf(pool);
  if (mark === undefined) {
    return isLegacyPoolOf(pool, claim) ? 'legacy' : 'foreign';
  }
  if (mark.cluster !== clusterId || mark.claim !== claim.name) {
    return 'foreign';
  }
  return mark.claimUid === claim.uid ? 'ours' : 'former';
}

/** Whether the pool is one that this claim has; the claims' own deletion and launch treat both alike. */
export function isOwnPool(ownership: Ownership): boolean {
  return ownership === 'ours' || ownership === 'legacy';
}
