import type { KubernetesObject } from '@kaito/controller-runtime';

import { valueAt } from '../../api-server/json.ts';
import { conditionOf, isTrue, numberAt } from '../reading.ts';

/** A number, or a share of `whole` as `25%`; rounded as asked. */
export function countOf(value: unknown, whole: number, rounding: 'up' | 'down'): number | undefined {
  if (typeof value === 'number') {
    return value;
  }
  if (typeof value !== 'string' || !value.endsWith('%')) {
    return undefined;
  }
  const share = (Number(value.slice(0, -1)) * whole) / 100;
  return rounding === 'up' ? Math.ceil(share) : Math.floor(share);
}

/** `spec.replicas`, which is 1 where nobody says. */
export function replicasOf(object: KubernetesObject): number {
  const replicas = valueAt(object, ['spec', 'replicas']);
  return typeof replicas === 'number' ? replicas : 1;
}

/** When a pod counts as available; undefined while it is not ready. */
export function availableAt(pod: KubernetesObject, owner: KubernetesObject): number | undefined {
  if (!isTrue(pod, 'Ready')) {
    return undefined;
  }
  const since = conditionOf(pod, 'Ready')?.['lastTransitionTime'];
  const sinceMs = typeof since === 'string' ? Date.parse(since) : 0;
  return sinceMs + numberAt(owner, 'spec', 'minReadySeconds') * 1000;
}
