import type { CloudFailure, Quota } from '@kaito/gpu-provisioner';

import type { CloudBehaviour } from './behaviour.ts';
import { quotaFailed, quotaRefused, refusals } from './refusals.ts';
import type { PoolRequest, StoredPool } from './stored-pool.ts';
import { findVmSize } from './vm-sizes.ts';
import type { VmSize } from './vm-sizes.ts';

/** Whether a new pool finds a place, and when that is told. */
export type Room =
  | { readonly kind: 'refused'; readonly failure: CloudFailure }
  | { readonly kind: 'fails'; readonly size: VmSize; readonly failure: CloudFailure }
  | { readonly kind: 'placed'; readonly size: VmSize; readonly zone?: string };

const POOL_NAME = /^[a-z][a-z0-9]{0,11}$/u;
const SIZE_NAME = /^standard_[a-z]+\d+[a-z\d_]*$/iu;
export const REGIONAL = 'cores';
export const LOW_PRIORITY = 'lowPriorityCores';

export function roomFor(spec: PoolRequest, pools: readonly StoredPool[], behaviour: CloudBehaviour): Room {
  const size = findVmSize(spec.vmSize);
  const problem = pools.length >= behaviour.maximumPools ? refusals.poolLimit : sizeProblem(spec, size, behaviour);
  if (size === undefined || problem !== undefined) {
    return { kind: 'refused', failure: problem ?? refusals.sizeUnknown };
  }
  const placed = pools.filter((pool) => pool.isPlaced);
  return quotaProblem(spec, size, placed, behaviour) ?? placeIn(spec, size, placed, behaviour);
}

export function isPoolName(name: string): boolean {
  return POOL_NAME.test(name);
}

function sizeProblem(
  { vmSize, zones = [] }: PoolRequest,
  size: VmSize | undefined,
  behaviour: CloudBehaviour,
): CloudFailure | undefined {
  if (size === undefined) {
    return SIZE_NAME.test(vmSize) ? refusals.sizeUnknown : refusals.invalid;
  }
  if (behaviour.unavailableSizes.includes(size.name)) {
    return refusals.sizeNotAllowed;
  }
  if (zones.some((zone) => !behaviour.zones.includes(zone))) {
    return refusals.invalid;
  }
  const closed = behaviour.unavailableZones[size.name] ?? [];
  return zones.some((zone) => closed.includes(zone)) ? refusals.notInZone : undefined;
}

function quotaProblem(
  { capacityType }: PoolRequest,
  size: VmSize,
  placed: readonly StoredPool[],
  behaviour: CloudBehaviour,
): Room | undefined {
  const needed = size.vcpus;
  for (const name of capacityType === 'spot' ? [LOW_PRIORITY] : [size.family, REGIONAL]) {
    const limit = behaviour.quotas[name];
    const used = coresUsed(name, placed);
    if (limit === undefined || used + needed <= limit) {
      continue;
    }
    const remaining = Math.max(0, limit - used);
    return behaviour.quotaToldBy === 'create'
      ? { kind: 'refused', failure: quotaRefused({ family: name, needed, remaining }) }
      : { kind: 'fails', size, failure: quotaFailed(toldLater(name, { limit, used, needed })) };
  }
  return undefined;
}

/** vCPUs that count against a quota; those of spot count against their own alone. */
export function coresUsed(quota: string, placed: readonly StoredPool[]): number {
  return placed
    .filter((pool) => pool.isSpot === (quota === LOW_PRIORITY))
    .filter(({ size }) => quota === LOW_PRIORITY || quota === REGIONAL || size.family === quota)
    .reduce((sum, { size }) => sum + size.vcpus, 0);
}

/** As the message of the operation has it, which tells no figures of spot. */
function toldLater(name: string, figures: Pick<Quota, 'limit' | 'used' | 'needed'>): Quota {
  if (name === LOW_PRIORITY) {
    return { family: 'LowPriorityCores' };
  }
  return { family: name === REGIONAL ? 'Total Regional' : name, ...figures };
}

function placeIn(spec: PoolRequest, size: VmSize, placed: readonly StoredPool[], behaviour: CloudBehaviour): Room {
  const wanted = spec.zones ?? [];
  const zones: readonly (string | undefined)[] = wanted.length > 0 ? wanted : [undefined];
  const same = placed.filter((pool) => pool.size === size);
  const free = zones.findIndex((zone) => hasRoom(size, zone, same, behaviour));
  if (free !== -1) {
    const zone = zones[free];
    return { kind: 'placed', size, ...(zone !== undefined && { zone }) };
  }
  return behaviour.capacityToldBy === 'create'
    ? { kind: 'refused', failure: refusals.noCapacityAtOnce }
    : { kind: 'fails', size, failure: wanted.length === 0 ? refusals.noCapacity : refusals.noCapacityInZone };
}

function hasRoom(
  { name }: VmSize,
  zone: string | undefined,
  same: readonly StoredPool[],
  { capacity }: CloudBehaviour,
): boolean {
  const anywhere = capacity[name];
  const there = zone === undefined ? undefined : capacity[`${name}/${zone}`];
  return (
    (anywhere === undefined || same.length < anywhere) &&
    (there === undefined || same.filter((pool) => pool.zone === zone).length < there)
  );
}
