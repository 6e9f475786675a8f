import type { Claim } from '../claim/claim.ts';
import { ownershipOf } from '../pools/ownership.ts';
import type { PoolView } from '../pools/pool-knowledge.ts';

/** Whether the pool lacks its claim, or the claim the pool that it had: only then may either be given up for that. */
export function isHalfMissing(claim: Claim | undefined, view: PoolView, clusterId: string): boolean {
  if (claim === undefined) {
    return view.state === 'Present';
  }
  return view.state === 'Present'
    ? ownershipOf(view.pool, claim, clusterId) === 'former'
    : claim.providerId !== undefined;
}
