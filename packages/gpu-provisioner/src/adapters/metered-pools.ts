import type { Clock, Metrics } from '@kaito/controller-runtime';

import type { AgentPools, Answer } from '../core/cloud.ts';

const CONTROLLER = 'machine';
const PROVIDER = 'azure';

/** Counts and times every call to the cloud, under the names that dashboards of the original read. */
export function meteredPools(pools: AgentPools, { clock, metrics }: { clock: Clock; metrics: Metrics }): AgentPools {
  const durations = metrics.histogram(
    'karpenter_cloudprovider_duration_seconds',
    'Duration of calls to the cloud provider',
    ['controller', 'method', 'provider'],
  );
  const errors = metrics.counter('karpenter_cloudprovider_errors_total', 'Calls that the cloud provider refused', [
    'controller',
    'method',
    'provider',
    'error',
  ]);
  const metered = async <T>(method: string, call: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    const labels = { controller: CONTROLLER, method, provider: PROVIDER };
    const startedAt = clock.now().getTime();
    const answer = await call();
    durations.observe((clock.now().getTime() - startedAt) / 1000, labels);
    if (!answer.isOk) {
      errors.inc({ ...labels, error: answer.failure.kind });
    }
    return answer;
  };
  return {
    create: async (spec, signal) => metered('Create', async () => pools.create(spec, signal)),
    delete: async (pool, signal) => metered('Delete', async () => pools.delete(pool, signal)),
    abort: async (name, signal) => metered('Abort', async () => pools.abort(name, signal)),
    get: async (name, signal) => metered('Get', async () => pools.get(name, signal)),
    list: async (signal) => metered('List', async () => pools.list(signal)),
  };
}
