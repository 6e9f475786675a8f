import { annotations } from '@kaito/types';

import type { ClaimApi } from '../claim/claim.ts';
import { timestamp } from '../time.ts';
import { isLeaving, isProtected, podName } from './drained-pods.ts';
import type { DrainedPod } from './drained-pods.ts';
import type { EvictionObstacle } from './evictions.ts';

/** What a drain waits for. */
export interface Obstacle {
  /** Whether somebody must act, or a deadline pass, before it goes on. */
  readonly isHeldUp: boolean;
  readonly message: string;
}

const TOLD: Readonly<Record<EvictionObstacle, string>> = {
  Budget: 'a PodDisruptionBudget refuses its eviction',
  SeveralBudgets: 'more than one PodDisruptionBudget covers it, so it cannot be evicted',
};

/** The first of the pods that hold the drain up, by name. */
export function obstacleOf(
  group: readonly DrainedPod[],
  { api, deadline }: { readonly api: ClaimApi; readonly deadline?: Date },
): Obstacle {
  const holding = group
    .filter((drained) => whyOf(drained, api) !== undefined)
    .toSorted((a, b) => (podName(a.pod) < podName(b.pod) ? -1 : 1));
  const [first] = holding;
  const why = first === undefined ? undefined : whyOf(first, api);
  if (first === undefined || why === undefined) {
    return { isHeldUp: false, message: 'waiting for the pods of the Node to end' };
  }
  const others = holding.length > 1 ? ` (and ${holding.length - 1} more)` : '';
  const remedy = deadline === undefined ? 'delete it to go on' : `it goes by force before ${timestamp(deadline)}`;
  return { isHeldUp: true, message: `pod ${podName(first.pod)} stays: ${why}${others}; ${remedy}` };
}

function whyOf({ pod, refused }: DrainedPod, api: ClaimApi): string | undefined {
  if (isLeaving(pod)) {
    return undefined;
  }
  return isProtected(pod, api)
    ? `it has the annotation ${annotations.doNotDisrupt}`
    : refused && TOLD[refused.obstacle];
}
