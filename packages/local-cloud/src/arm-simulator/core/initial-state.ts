import { newVm } from './node-facts.ts';
import type { ClusterIdentity, Pool, State, Vm } from './model.ts';
import { withEntry, withPool } from './model.ts';
import { plannedSizes } from './placement.ts';
import { withDefaults } from './pool-defaults.ts';
import type { PoolProperties } from './pool-request.ts';
import type { Settings } from './settings.ts';
import { rfc3339 } from './time.ts';

/** A pool that is there from the start. */
export interface ExistingPool {
  readonly name: string;
  readonly properties: PoolProperties;
}

export const SYSTEM_POOL: ExistingPool = {
  name: 'system',
  properties: { mode: 'System', vmSize: 'Standard_D4s_v5', count: 1 },
};

/** A cluster that has been running for long: its pools are Succeeded, their VMs Running. */
export function initialState(options: {
  readonly cluster: ClusterIdentity;
  readonly settings: Settings;
  readonly seed: string;
  readonly pools: readonly ExistingPool[];
  readonly nowMs: number;
}): State {
  const { cluster, settings, seed, pools, nowMs } = options;
  const empty: State = {
    cluster,
    settings,
    seed,
    sequence: 0,
    pools: new Map(),
    operations: new Map(),
    vms: new Map(),
    agenda: [],
    faults: [],
    buckets: new Map(),
    counts: new Map(),
    snapshots: [],
  };
  return pools.reduce((state, pool) => withExistingPool(state, pool, nowMs), empty);
}

/** Puts a pool there without a request, as if someone else had made it long ago. */
export function withExistingPool(state: State, { name, properties }: ExistingPool, nowMs: number): State {
  const filled = withDefaults(properties, state.cluster);
  const sizes = plannedSizes(filled);
  const pool: Pool = {
    name,
    properties: filled,
    provisioningState: 'Succeeded',
    etag: `${name}-${state.sequence}`,
    createdAtMs: nowMs,
    stateSinceMs: nowMs,
    nextInstance: sizes.length,
  };
  const at = rfc3339(nowMs);
  const zones = filled.availabilityZones ?? [];
  return sizes.reduce<State>(
    (current, size, index) => {
      const zone = zones[index % Math.max(1, zones.length)];
      const vm: Vm = {
        ...newVm(current, {
          pool,
          size,
          index,
          serial: current.sequence,
          createdAt: at,
          nodeReadyAt: at,
          ...(zone === undefined ? {} : { zone }),
        }),
        state: 'Running',
      };
      return { ...current, sequence: current.sequence + 1, vms: withEntry(current.vms, vm.name, vm) };
    },
    withPool(state, pool),
  );
}
