import type { Pod } from '@kaito/types';

import { msBetween, plusMs, timeOf } from '../time.ts';
import { graceMs, isLeaving } from './drained-pods.ts';

/** A pod that is deleted past every disruption budget. */
export interface PodRemoval {
  readonly pod: Pod;
  /** At least one, so that a kubelet that answers still ends the containers. */
  readonly graceSeconds: number;
}

/** Times of pods are whole seconds, of another clock: what ends so little later ends in time. */
const TOLERANCE_MS = 2_000;

/** When the pod must be deleted to have its own grace before the deadline. */
export function removalAt(pod: Pod, deadline: Date): Date {
  return plusMs(deadline, -graceMs(pod));
}

/** How the pod is deleted now so that it ends by the deadline; undefined: not yet, or it does so already. */
export function removalOf(pod: Pod, deadline: Date, now: Date): PodRemoval | undefined {
  if (removalAt(pod, deadline) > now) {
    return undefined;
  }
  const leftMs = Math.max(1_000, msBetween(now, deadline));
  const endsAt = pod.metadata.deletionTimestamp;
  if (isLeaving(pod) && timeOf(endsAt ?? '') <= plusMs(now, leftMs + TOLERANCE_MS)) {
    return undefined;
  }
  return { pod, graceSeconds: Math.floor(Math.min(graceMs(pod), leftMs) / 1_000) || 1 };
}
