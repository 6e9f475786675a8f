import type { AgentPools } from '../core/pools/cloud.ts';
import { cloudMeter } from './cloud-meter.ts';
import type { MeterOptions } from './cloud-meter.ts';

/** Counts and times every call about agent pools. */
export function meteredPools(pools: AgentPools, options: MeterOptions): AgentPools {
  const metered = cloudMeter(options);
  return {
    create: async (spec, signal) => metered('Create', async () => pools.create(spec, signal)),
    delete: async (pool, signal) => metered('Delete', async () => pools.delete(pool, signal)),
    abort: async (name, signal) => metered('Abort', async () => pools.abort(name, signal)),
    get: async (name, signal) => metered('Get', async () => pools.get(name, signal)),
    list: async (signal) => metered('List', async () => pools.list(signal)),
  };
}
