import type { KubernetesObject } from '@kaito/controller-runtime';

import { valueAt } from '../../api-server/json.ts';
import { numberAt } from '../reading.ts';
import { countOf, replicasOf } from '../workloads/counting.ts';

/** How many pods more, and how many fewer, there may be on the way. */
export interface Slack {
  readonly surge: number;
  readonly unavailable: number;
}

export interface Scaling {
  readonly set: KubernetesObject;
  readonly replicas: number;
}

export function isRecreated(deployment: KubernetesObject): boolean {
  return valueAt(deployment, ['spec', 'strategy', 'type']) === 'Recreate';
}

/** A quarter each, where nobody says; never nothing at all. */
export function slackOf(deployment: KubernetesObject): Slack {
  const replicas = replicasOf(deployment);
  if (isRecreated(deployment)) {
    return { surge: 0, unavailable: 0 };
  }
  const limit = (name: string): unknown => valueAt(deployment, ['spec', 'strategy', 'rollingUpdate', name]) ?? '25%';
  const surge = countOf(limit('maxSurge'), replicas, 'up') ?? 0;
  const unavailable = Math.min(countOf(limit('maxUnavailable'), replicas, 'down') ?? 0, replicas);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** How many replicas the new ReplicaSet may have at present. */
export function newReplicas(
  deployment: KubernetesObject,
  current: KubernetesObject | undefined,
  all: readonly KubernetesObject[],
): number {
  const wanted = replicasOf(deployment);
  const own = current === undefined ? 0 : replicasOf(current);
  if (isRecreated(deployment) || own > wanted) {
    return wanted;
  }
  const room = wanted + slackOf(deployment).surge - sum(all, replicasOf);
  return own + Math.max(0, Math.min(room, wanted - own));
}

/** How far the old ReplicaSets shrink now: first what is not healthy, then as much as may be missed. */
export function shrinkings(
  deployment: KubernetesObject,
  current: KubernetesObject,
  old: readonly KubernetesObject[],
): readonly Scaling[] {
  const wanted = replicasOf(deployment);
  const all = [...old, current];
  const atLeast = wanted - slackOf(deployment).unavailable;
  const newUnavailable = replicasOf(current) - availableIn(current);
  let unhealthyLeft = sum(all, replicasOf) - atLeast - newUnavailable;
  if (sum(old, replicasOf) === 0 || unhealthyLeft <= 0) {
    return [];
  }
  const sizes = new Map<KubernetesObject, number>();
  for (const set of old) {
    const cut = Math.min(unhealthyLeft, replicasOf(set) - availableIn(set));
    sizes.set(set, replicasOf(set) - Math.max(0, cut));
    unhealthyLeft -= Math.max(0, cut);
  }
  let healthyLeft = sum(all, availableIn) - atLeast;
  for (const set of old) {
    const size = sizes.get(set) ?? 0;
    const cut = Math.max(0, Math.min(size, healthyLeft));
    sizes.set(set, size - cut);
    healthyLeft -= cut;
  }
  return [...sizes].map(([set, replicas]) => ({ set, replicas })).filter(isChange);
}

export function isChange({ replicas, set }: Scaling): boolean {
  return replicasOf(set) !== replicas;
}

export function sum(sets: readonly KubernetesObject[], of: (set: KubernetesObject) => number): number {
  return sets.reduce((total, set) => total + of(set), 0);
}

function availableIn(set: KubernetesObject): number {
  return numberAt(set, 'status', 'availableReplicas');
}
