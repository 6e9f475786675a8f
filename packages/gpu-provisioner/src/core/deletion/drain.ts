import type { Pod } from '@kaito/types';

import type { ClaimApi } from '../claim/claim.ts';
import { msBetween, plusMs } from '../time.ts';
import { obstacleOf } from './drain-obstacle.ts';
import type { Obstacle } from './drain-obstacle.ts';
import { drainGroup, isLeaving, isProtected, mustLeave, stuckAt, wasJustTold } from './drained-pods.ts';
import type { DrainedPod } from './drained-pods.ts';
import type { RefusedEviction } from './evictions.ts';
import { removalAt, removalOf } from './forced-removal.ts';
import type { PodRemoval } from './forced-removal.ts';

export interface Drain {
  readonly isDone: boolean;
  /** To be evicted now. */
  readonly evict: readonly Pod[];
  /** To be deleted now, whatever budgets and annotations say: the deadline is near, or over. */
  readonly remove: readonly PodRemoval[];
  /** What it waits for, when it is not done. */
  readonly obstacle?: Obstacle;
  /** When a pod may be tried again, or need not be waited for any longer. Absent: a pod's change is waited for. */
  readonly againAfterMs?: number;
}

export interface DrainRules {
  /** Which era's. */
  readonly api: ClaimApi;
  readonly now: Date;
  readonly stuckPodMs: number;
  /** When pods are not waited for any more; absent: never. */
  readonly deadline?: Date;
}

const RETRY_BASE_MS = 100;
const RETRY_MAX_MS = 10_000;

/** Decides which pods leave a Node next: group by group, those first on which others do not depend. */
export function planDrain(pods: readonly DrainedPod[], rules: DrainRules): Drain {
  const { api, deadline, now } = rules;
  const waitedFor = pods.filter(({ pod }) => mustLeave(pod, api) && !isStuck(pod, rules));
  const untold = waitedFor.filter((drained) => !wasJustTold(drained, now));
  const remove = deadline === undefined ? [] : untold.flatMap(({ pod }) => removalOf(pod, deadline, now) ?? []);
  if (waitedFor.length === 0 || (deadline !== undefined && deadline <= now)) {
    return { isDone: true, evict: [], remove };
  }
  const group = firstGroup(waitedFor, api);
  const removed = new Set(remove.map(({ pod }) => pod));
  const evict = group.filter((drained) => {
    const { pod, refused } = drained;
    const isDue = !wasJustTold(drained, now) && (refused === undefined || retryAt(refused) <= now);
    return isDue && !isLeaving(pod) && !isProtected(pod, api) && !removed.has(pod);
  });
  const againAfterMs = nextMs(waitedFor, group, rules);
  return {
    isDone: false,
    evict: evict.map(({ pod }) => pod),
    remove,
    obstacle: obstacleOf(group, rules),
    ...(againAfterMs !== undefined && { againAfterMs }),
  };
}

function firstGroup(pods: readonly DrainedPod[], api: ClaimApi): readonly DrainedPod[] {
  const first = Math.min(...pods.map(({ pod }) => drainGroup(pod, api)));
  return pods.filter(({ pod }) => drainGroup(pod, api) === first);
}

/** To when the next of the pods must be looked at again though it does not change. */
function nextMs(
  waitedFor: readonly DrainedPod[],
  group: readonly DrainedPod[],
  { deadline, now, stuckPodMs }: DrainRules,
): number | undefined {
  const ofGroup = group.flatMap(({ pod, refused }) =>
    isLeaving(pod) ? [stuckAt(pod, stuckPodMs)] : refused === undefined ? [] : [retryAt(refused)],
  );
  const ofDeadline = deadline === undefined ? [] : [deadline, ...waitedFor.map(({ pod }) => removalAt(pod, deadline))];
  const delays = [...ofGroup, ...ofDeadline].map((at) => msBetween(now, at)).filter((delay) => delay > 0);
  return delays.length === 0 ? undefined : Math.min(...delays);
}

/** Its kubelet does not answer any more. */
function isStuck(pod: Pod, { now, stuckPodMs }: DrainRules): boolean {
  return isLeaving(pod) && stuckAt(pod, stuckPodMs) <= now;
}

function retryAt({ at, count }: RefusedEviction): Date {
  return plusMs(at, Math.min(RETRY_MAX_MS, RETRY_BASE_MS * 2 ** Math.min(count - 1, 30)));
}
