import { isSameJson } from '@kaito/types';

import type { Claim, ClaimStatus } from './claim.ts';
import { frontEndOf } from './front-ends/index.ts';
import type { Progress } from './progress.ts';

/** The status that says how far a claim is; undefined when it says so already. */
export function claimStatus(claim: Claim, progress: Progress, now: Date): ClaimStatus | undefined {
  const { node, providerId } = progress;
  const { status: current } = claim;
  const ours = frontEndOf(claim).conditions(claim, progress, now);
  const others = (current.conditions ?? []).filter(({ type }) => ours.every((own) => own.type !== type));
  const next: ClaimStatus = {
    ...current,
    ...(providerId !== undefined && { providerID: current.providerID ?? providerId }),
    ...(node !== undefined && { nodeName: node.metadata.name }),
    ...(node?.status.capacity !== undefined && { capacity: node.status.capacity }),
    ...(node?.status.allocatable !== undefined && { allocatable: node.status.allocatable }),
    conditions: [...others, ...ours].toSorted((a, b) => (a.type < b.type ? -1 : 1)),
  };
  return isSameJson(current, next) ? undefined : next;
}
