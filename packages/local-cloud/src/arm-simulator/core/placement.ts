import { armError, invalidParameter } from './arm-error.ts';
import type { ArmError } from './arm-error.ts';
import type { Pool, State } from './model.ts';
import { vmsOf } from './model.ts';
import type { PoolProperties } from './pool-request.ts';
import { findVmSize, VM_SIZES } from './vm-sizes.ts';
import type { VmSize } from './vm-sizes.ts';

/** A VM that there is, or that is being made. */
export interface Placement {
  readonly size: VmSize;
  readonly zone?: string;
  readonly isSpot: boolean;
}

const NAMED_SIZES = 8;

/** One entry per VM that the pool is to have. */
export function plannedSizes(properties: PoolProperties): readonly VmSize[] {
  const manual = properties.virtualMachinesProfile?.scale.manual ?? [
    { size: properties.vmSize ?? '', count: properties.count ?? 1 },
  ];
  return manual.flatMap(({ size, count }) => {
    const found = findVmSize(size);
    return found === undefined ? [] : Array.from({ length: count }, () => found);
  });
}

/** Whatever makes ARM refuse the sizes, zones or disk of a new pool. */
export function sizeProblem(state: State, poolName: string, properties: PoolProperties): ArmError | undefined {
  const manual = properties.virtualMachinesProfile?.scale.manual;
  const names = manual === undefined ? [properties.vmSize ?? ''] : manual.map(({ size }) => size);
  return (
    names.map((name) => unknownSizeProblem(state, poolName, name)).find((problem) => problem !== undefined) ??
    zoneProblem(state, properties) ??
    diskProblem(properties)
  );
}

function unknownSizeProblem(state: State, poolName: string, name: string): ArmError | undefined {
  const { location, subscriptionId } = state.cluster;
  const blanks = { pool: poolName, loc: location, sub: subscriptionId, size: name, '...': someSizes(state) };
  if (findVmSize(name) === undefined) {
    return /^standard_[a-z]+\d+[a-z\d_]*$/iu.test(name)
      ? armError('sku-not-supported', blanks)
      : invalidParameter('vmSize', name === '' ? 'a VM size is required' : `'${name}' is not a VM size`);
  }
  return isUnavailable(state, name) ? armError('sku-not-in-subscription', blanks) : undefined;
}

export function isUnavailable(state: State, sizeName: string): boolean {
  return state.settings.unavailableSizes.some((name) => name.toLowerCase() === sizeName.toLowerCase());
}

export function unavailableZones(state: State, sizeName: string): readonly string[] {
  const entry = Object.entries(state.settings.unavailableZones).find(
    ([name]) => name.toLowerCase() === sizeName.toLowerCase(),
  );
  return entry?.[1] ?? [];
}

function zoneProblem(state: State, { availabilityZones = [], vmSize = '' }: PoolProperties): ArmError | undefined {
  const unknown = availabilityZones.find((zone) => !state.settings.zones.includes(zone));
  if (unknown !== undefined) {
    return invalidParameter('availabilityZones', `zone '${unknown}' does not exist in '${state.cluster.location}'`);
  }
  const closed = unavailableZones(state, vmSize);
  return availabilityZones.some((zone) => closed.includes(zone))
    ? armError('sku-not-available', { size: vmSize, loc: state.cluster.location })
    : undefined;
}

function diskProblem({ osDiskType, osDiskSizeGB = 0, vmSize = '' }: PoolProperties): ArmError | undefined {
  const localDiskGiB = findVmSize(vmSize)?.localDiskGiB ?? 0;
  return osDiskType === 'Ephemeral' && osDiskSizeGB > localDiskGiB
    ? invalidParameter('osDiskType', `${vmSize} holds an ephemeral OS disk of at most ${localDiskGiB} GB`)
    : undefined;
}

/** Every VM of the subscription, those to come included; `except` is left out. */
export function placements(state: State, except?: string): readonly Placement[] {
  return [...state.pools.values()].filter((pool) => pool.name !== except).flatMap((pool) => placementsOf(state, pool));
}

/** The zones that a pool's VMs go to, in the order of their making; undefined: there is no room. */
export function assignZones(
  state: State,
  poolName: string,
  properties: PoolProperties,
): readonly (string | undefined)[] | undefined {
  const taken: Placement[] = [...placements(state, poolName)];
  const isSpot = properties.scaleSetPriority === 'Spot';
  const choices: readonly (string | undefined)[] = properties.availabilityZones ?? [undefined];
  const assigned: (string | undefined)[] = [];
  for (const [index, size] of plannedSizes(properties).entries()) {
    const rotated = [...choices.slice(index % choices.length), ...choices.slice(0, index % choices.length)];
    const placement = rotated
      .map((zone): Placement => ({ size, isSpot, ...(zone === undefined ? {} : { zone }) }))
      .find((candidate) => hasRoom(state, candidate, taken));
    if (placement === undefined) {
      return undefined;
    }
    taken.push(placement);
    assigned.push(placement.zone);
  }
  return assigned;
}

function hasRoom(state: State, { size, zone }: Placement, taken: readonly Placement[]): boolean {
  const same = taken.filter((other) => other.size === size);
  return Object.entries(state.settings.capacity).every(([key, limit]) => {
    const [name = '', onlyZone] = key.split('/');
    if (name.toLowerCase() !== size.name.toLowerCase() || (onlyZone !== undefined && onlyZone !== zone)) {
      return true;
    }
    return same.filter((other) => onlyZone === undefined || other.zone === onlyZone).length < limit;
  });
}

function placementsOf(state: State, pool: Pool): Placement[] {
  const isSpot = pool.properties.scaleSetPriority === 'Spot';
  const present = vmsOf(state, pool.name).flatMap((vm): Placement[] => {
    const size = findVmSize(vm.vmSize);
    return size === undefined ? [] : [{ size, isSpot, ...(vm.zone === undefined ? {} : { zone: vm.zone }) }];
  });
  const hasAll = ['Failed', 'Canceled', 'Deleting'].includes(pool.provisioningState);
  const zones = pool.properties.availabilityZones ?? [];
  const missing = hasAll ? [] : plannedSizes(pool.properties).slice(present.length);
  return [
    ...present,
    ...missing.map((size, index): Placement => {
      const zone = zones[(present.length + index) % Math.max(1, zones.length)];
      return { size, isSpot, ...(zone === undefined ? {} : { zone }) };
    }),
  ];
}

function someSizes(state: State): string {
  const names = VM_SIZES.map(({ name }) => name).filter((name) => !isUnavailable(state, name));
  return `${names.slice(0, NAMED_SIZES).join(',')},...`;
}
