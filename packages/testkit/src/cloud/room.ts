import type { CloudFailure } from '@kaito/gpu-provisioner';

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
const REGIONAL = 'cores';

export function roomFor(spec: PoolRequest, pools: readonly StoredPool[], behaviour: CloudBehaviour): Room {
  const size = findVmSize(spec.vmSize);
  const problem = pools.length >= behaviour.maximumPools ? refusals.poolLimit : sizeProblem(spec, size, behaviour);
  if (size === undefined || problem !== undefined) {
    return { kind: 'refused', failure: problem ?? refusals.sizeUnknown };
  }
  const placed = pools.filter((pool) => pool.isPlaced);
  return quotaProblem(size, placed, behaviour) ?? placeIn(spec, size, placed, behaviour);
}

export function isPoolName(name: string): boolean {
  return POOL_NAME.test(name);
}

function sizeProblem(
  { vmSize }: PoolRequest,
  size: VmSize | undefined,
  { unavailableSizes }: CloudBehaviour,
): CloudFailure | undefined {
  if (size === undefined) {
    return SIZE_NAME.test(vmSize) ? refusals.sizeUnknown : refusals.invalid;
  }
  return unavailableSizes.includes(size.name) ? refusals.sizeNotAllowed : undefined;
}

function quotaProblem(size: VmSize, placed: readonly StoredPool[], behaviour: CloudBehaviour): Room | undefined {
  for (const name of [size.family, REGIONAL]) {
    const limit = behaviour.quotas[name];
    const used = coresOf(name === REGIONAL ? placed : placed.filter((pool) => pool.size.family === name));
    if (limit === undefined || used + size.vcpus <= limit) {
      continue;
    }
    const needed = size.vcpus;
    return behaviour.quotaToldBy === 'create'
      ? {
          kind: 'refused',
          failure: quotaRefused({ family: name, needed, remaining: Math.max(0, limit - used) }),
        }
      : { kind: 'fails', size, failure: quotaFailed({ family: quotaName(name), limit, used, needed }) };
  }
  return undefined;
}

function quotaName(name: string): string {
  return name === REGIONAL ? 'Total Regional' : name;
}

function placeIn(spec: PoolRequest, size: VmSize, placed: readonly StoredPool[], behaviour: CloudBehaviour): Room {
  const zones: readonly (string | undefined)[] = spec.zones ?? [undefined];
  const same = placed.filter((pool) => pool.size === size);
  const free = zones.findIndex((zone) => hasRoom(size, zone, same, behaviour));
  if (free !== -1) {
    const zone = zones[free];
    return { kind: 'placed', size, ...(zone !== undefined && { zone }) };
  }
  return behaviour.capacityToldBy === 'create'
    ? { kind: 'refused', failure: refusals.noCapacityAtOnce }
    : { kind: 'fails', size, failure: spec.zones === undefined ? refusals.noCapacity : refusals.noCapacityInZone };
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

function coresOf(pools: readonly StoredPool[]): number {
  return pools.reduce((sum, { size }) => sum + size.vcpus, 0);
}
