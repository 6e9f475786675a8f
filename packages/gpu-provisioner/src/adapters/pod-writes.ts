import { isApiError } from '@kaito/controller-runtime';
import type { Clock, CreateSubresourceRequest, Kubernetes, Metrics } from '@kaito/controller-runtime';
import { pods } from '@kaito/types';

import type { EvictionObstacle, Evictions } from '../core/deletion/evictions.ts';
import type { Cluster, PodRef } from '../core/ports.ts';

export interface PodWritesOptions {
  readonly kubernetes: Kubernetes;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly evictions: Evictions;
}

/** How pods leave a Node: evicted, which disruption budgets may refuse, or deleted. */
export function podWrites(options: PodWritesOptions): Pick<Cluster, 'evictPod' | 'deletePod'> {
  const counted = options.metrics.counter(
    'karpenter_nodes_eviction_requests_total',
    'Evictions that were asked for, by the status of the answer',
    ['code'],
  );
  return {
    evictPod: async (pod, signal) => {
      counted.inc({ code: String(await evict(pod, options, signal)) });
    },
    deletePod: async (pod, graceSeconds, signal) => deletePod(pod, { ...options, graceSeconds }, signal),
  };
}

/** Answers the status; a pod that is gone, or another by now, is as good as evicted. */
async function evict(
  pod: PodRef,
  { clock, evictions, kubernetes }: PodWritesOptions,
  signal: AbortSignal,
): Promise<number> {
  try {
    await kubernetes.createSubresource(evictionOf(pod), signal);
    evictions.told(pod.uid, clock.now(), 'Evicted');
    return 201;
  } catch (error) {
    const obstacle = obstacleIn(error);
    if (obstacle !== undefined) {
      evictions.refused(pod.uid, clock.now(), obstacle);
      return obstacle === 'Budget' ? 429 : 500;
    }
    if (isApiError(error, 'NotFound', 'Conflict')) {
      return error.kind === 'NotFound' ? 404 : 409;
    }
    throw error;
  }
}

/** The API server calls it a fault of its own when several budgets cover a pod; only its words tell. */
function obstacleIn(error: unknown): EvictionObstacle | undefined {
  if (isApiError(error, 'TooManyRequests')) {
    return 'Budget';
  }
  return isApiError(error) && error.message.includes('more than one PodDisruptionBudget')
    ? 'SeveralBudgets'
    : undefined;
}

async function deletePod(
  { name, namespace, uid }: PodRef,
  { clock, evictions, graceSeconds, kubernetes }: PodWritesOptions & { readonly graceSeconds: number },
  signal: AbortSignal,
): Promise<void> {
  try {
    const key = { name, namespace };
    await kubernetes.delete({ type: pods, key, gracePeriodSeconds: graceSeconds, preconditions: { uid } }, signal);
    evictions.told(uid, clock.now(), 'Deleted');
  } catch (error) {
    if (!isApiError(error, 'NotFound', 'Conflict')) {
      throw error;
    }
  }
}

/** Refused when the pod of this name is another one by then. */
function evictionOf({ name, namespace, uid }: PodRef): CreateSubresourceRequest {
  return {
    type: pods,
    key: { name, namespace },
    subresource: 'eviction',
    manifest: {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name, namespace },
      deleteOptions: { preconditions: { uid } },
    },
  };
}
