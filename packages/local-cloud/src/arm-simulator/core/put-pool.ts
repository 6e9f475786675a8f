import { armError, invalidParameter } from './arm-error.ts';
import type { ArmError } from './arm-error.ts';
import { answer, refuse } from './call.ts';
import type { Call, Turn } from './call.ts';
import { counted } from './counts.ts';
import { poolsInTransition, vmsOf, withPool } from './model.ts';
import type { Pool, ProvisioningState, State } from './model.ts';
import { beginOperation, cancelOperationOf, operationHeaders, withState } from './operations.ts';
import type { Begin } from './operations.ts';
import { assignZones, plannedSizes, sizeProblem } from './placement.ts';
import { withDefaults } from './pool-defaults.ts';
import { parsePoolRequest, POOL_NAME } from './pool-request.ts';
import type { PoolProperties } from './pool-request.ts';
import { poolResource } from './pool-resource.ts';
import { conflictWithOther, conflictWithOwn, etagProblem } from './preconditions.ts';
import { quotaProblem } from './quota.ts';
import { scaledMs } from './settings.ts';

const MAX_POOLS = 100;

const IMMUTABLE = [
  'type',
  'vmSize',
  'osDiskType',
  'osDiskSizeGB',
  'osType',
  'availabilityZones',
  'vnetSubnetID',
  'scaleSetPriority',
] as const;

export function putPool(state: State, call: Call): Turn {
  const name = call.pool ?? '';
  if (!POOL_NAME.test(name)) {
    return refuse(state, armError('name'));
  }
  const parsed = parsePoolRequest(call.body);
  if (parsed.kind === 'error') {
    return refuse(state, parsed.error);
  }
  const pool = state.pools.get(name);
  const problem = etagProblem(state, call, pool) ?? conflictWithOwn(state, pool) ?? conflictWithOther(state, name);
  if (problem !== undefined) {
    return refuse(state, problem);
  }
  return pool === undefined
    ? createPool(state, call, parsed.properties)
    : updatePool(state, call, pool, parsed.properties);
}

function createPool(state: State, call: Call, requested: PoolProperties): Turn {
  const name = call.pool ?? '';
  const properties = withDefaults(requested, state.cluster);
  const problem =
    (state.pools.size >= MAX_POOLS ? armError('limit-100') : undefined) ??
    vmSizeProblem(requested) ??
    sizeProblem(state, name, properties);
  const room = problem === undefined ? roomFor(state, name, properties) : {};
  const refusal = problem ?? room.refusal;
  if (refusal !== undefined) {
    return refuse(state, refusal);
  }
  const pool: Pool = {
    name,
    properties,
    provisioningState: 'Creating',
    etag: '',
    createdAtMs: call.nowMs,
    stateSinceMs: call.nowMs,
    nextInstance: 0,
  };
  const begin: Begin = {
    kind: 'Create',
    pool,
    provisioningState: 'Creating',
    ...buildingVms(state),
    ...(room.failure === undefined ? {} : { failure: room.failure }),
  };
  const begun = beginOperation(overridingOthers(state, call), call, begin);
  return accepted(counted(begun.state, name, 'creates'), call, begun.pool, 201);
}

function updatePool(state: State, call: Call, pool: Pool, requested: PoolProperties): Turn {
  const change = IMMUTABLE.find((key) => isChange(pool.properties[key], requested[key]));
  if (change !== undefined) {
    return refuse(state, armError('immutable-change', { '.vmSize': `.${change}` }));
  }
  const properties = withDefaults({ ...requested, ...immutablesOf(pool.properties) }, state.cluster);
  const isSame = pool.provisioningState === 'Succeeded' && isEqual(pool.properties, properties);
  if (isSame && state.settings.identicalPut === 'instant') {
    return answer(state, 200, poolResource(state, pool, 'resourceGroups'));
  }
  const room = roomFor(state, pool.name, properties);
  if (room.refusal !== undefined) {
    return refuse(state, room.refusal);
  }
  // A creation that was cancelled leaves VMs that have not come up.
  const running = vmsOf(state, pool.name).filter((vm) => vm.state === 'Running');
  const needsVms = plannedSizes(properties).length > running.length;
  const begun = beginOperation(overridingOthers(state, call), call, {
    kind: 'Update',
    pool: { ...pool, properties },
    provisioningState: updatingState(pool.properties, properties),
    ...(needsVms ? buildingVms(state) : { steps: [{ kind: 'End', afterSeconds: state.settings.updateSeconds }] }),
    ...(room.failure === undefined ? {} : { failure: room.failure }),
  });
  return accepted(counted(begun.state, pool.name, 'updates'), call, begun.pool, 200);
}

function accepted(state: State, call: Call, pool: Pool, status: 200 | 201): Turn {
  const headers = operationHeaders(state, call, pool.operationId ?? '', 'put');
  const turn = answer(state, status, poolResource(state, pool, 'resourceGroups'), headers);
  return { ...turn, reply: { ...turn.reply, delayMs: scaledMs(state.settings, state.settings.acceptSeconds) } };
}

function buildingVms({ settings }: State): Pick<Begin, 'steps' | 'nodesReadyAfterSeconds'> {
  const nodesReadyAfterSeconds = settings.vmBootSeconds + settings.nodeReadySeconds;
  return {
    nodesReadyAfterSeconds,
    steps: [
      { kind: 'AllocateVms', afterSeconds: Math.min(settings.vmAllocateSeconds, settings.vmBootSeconds) },
      { kind: 'BootVms', afterSeconds: settings.vmBootSeconds },
      { kind: 'End', afterSeconds: nodesReadyAfterSeconds + settings.poolSucceededAfterReadySeconds },
    ],
  };
}

interface Room {
  /** Said at once. */
  readonly refusal?: ArmError;
  /** Said by the operation. */
  readonly failure?: ArmError;
}

function roomFor(state: State, name: string, properties: PoolProperties): Room {
  const quota = quotaProblem(state, name, properties);
  if (quota !== undefined) {
    return state.settings.quotaProblem === 'put' ? { refusal: quota } : { failure: quota };
  }
  if (assignZones(state, name, properties) !== undefined) {
    return {};
  }
  if (state.settings.capacityProblem === 'put') {
    const size = plannedSizes(properties)[0]?.name ?? '';
    return { refusal: armError('sku-not-available', { size, loc: state.cluster.location }) };
  }
  const isZonal = (properties.availabilityZones ?? []).length > 0;
  return { failure: armError(isZonal ? 'zonal-allocation-failed' : 'allocation-failed') };
}

/** Where operations override each other, the creation of every other pool ends here. */
function overridingOthers(state: State, call: Call): State {
  if (state.settings.concurrency !== 'override') {
    return state;
  }
  return poolsInTransition(state)
    .filter((other) => other.provisioningState === 'Creating' && other.name !== call.pool)
    .reduce((current, other) => {
      const { operationId: _, ...rest } = other;
      const error = armError('overridden');
      const cancelled = cancelOperationOf(current, other, call.nowMs, error);
      return withPool(cancelled, { ...withState(rest, 'Canceled', call.nowMs), provisioningError: error });
    }, state);
}

function vmSizeProblem({ type, vmSize, virtualMachinesProfile }: PoolProperties): ArmError | undefined {
  if (type === 'VirtualMachines') {
    return virtualMachinesProfile === undefined
      ? invalidParameter('virtualMachinesProfile', 'a pool of type VirtualMachines needs it')
      : undefined;
  }
  return vmSize === undefined || vmSize === '' ? invalidParameter('vmSize', 'a VM size is required') : undefined;
}

function updatingState(before: PoolProperties, after: PoolProperties): ProvisioningState {
  if (before.count !== after.count) {
    return 'Scaling';
  }
  return before.orchestratorVersion === after.orchestratorVersion ? 'Updating' : 'Upgrading';
}

function immutablesOf(properties: PoolProperties): PoolProperties {
  return Object.fromEntries(
    IMMUTABLE.flatMap((key) => (properties[key] === undefined ? [] : [[key, properties[key]]])),
  );
}

/** What the request leaves open, changes nothing. */
function isChange(before: unknown, after: unknown): boolean {
  if (after === undefined || after === '' || after === 0 || (before === undefined && after === 'Regular')) {
    return false;
  }
  return before === undefined || JSON.stringify(before).toLowerCase() !== JSON.stringify(after).toLowerCase();
}

function isEqual(a: PoolProperties, b: PoolProperties): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return entries.toSorted(([a], [b]) => a.localeCompare(b)).map(([key, entry]) => [key, sorted(entry)]);
}
