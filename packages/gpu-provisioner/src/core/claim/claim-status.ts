import { isSameJson } from '@kaito/types';

import type { Leaving } from '../deletion/leaving.ts';
import { frontEndOf } from '../front-ends/index.ts';
import type { Progress } from '../progress.ts';
import type { Claim, ClaimCondition, ClaimStatus } from './claim.ts';

/** The status that says how far a claim is; undefined when it says so already. */
export function claimStatus(claim: Claim, progress: Progress, now: Date): ClaimStatus | undefined {
  const { node, providerId } = progress;
  const { status: current } = claim;
  const frontEnd = frontEndOf(claim);
  const imageID = node === undefined ? undefined : frontEnd.imageOf(node);
  return changed(current, {
    ...current,
    ...(providerId !== undefined && { providerID: current.providerID ?? providerId }),
    ...(node !== undefined && { nodeName: node.metadata.name }),
    ...(imageID !== undefined && { imageID }),
    ...(node?.status.capacity !== undefined && { capacity: node.status.capacity }),
    ...(node?.status.allocatable !== undefined && { allocatable: node.status.allocatable }),
    conditions: withConditions(current, frontEnd.conditions(claim, progress, now)),
  });
}

/** The status that says how far a claim's end is; undefined when it says so already. */
export function leavingStatus(claim: Claim, leaving: Leaving, now: Date): ClaimStatus | undefined {
  const { status: current } = claim;
  const ours = frontEndOf(claim).leavingConditions(claim, leaving, now);
  return ours.length === 0 ? undefined : changed(current, { ...current, conditions: withConditions(current, ours) });
}

function withConditions({ conditions = [] }: ClaimStatus, ours: readonly ClaimCondition[]): readonly ClaimCondition[] {
  const others = conditions.filter(({ type }) => ours.every((own) => own.type !== type));
  return [...others, ...ours].toSorted((a, b) => (a.type < b.type ? -1 : 1));
}

function changed(current: ClaimStatus, next: ClaimStatus): ClaimStatus | undefined {
  return isSameJson(current, next) ? undefined : next;
}
