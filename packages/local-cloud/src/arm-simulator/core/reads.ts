import { armError, errorDetail } from './arm-error.ts';
import { answer, refuse } from './call.ts';
import type { Call, Json, Turn } from './call.ts';
import { listedPools } from './listing.ts';
import { instanceId } from './node-facts.ts';
import { vmsOf } from './model.ts';
import type { Operation, Pool, State, Vm } from './model.ts';
import { page } from './paging.ts';
import { clusterId, poolProfile, poolResource, powerState } from './pool-resource.ts';
import { scaledMs } from './settings.ts';
import { rfc3339 } from './time.ts';

export function getCluster(state: State, call: Call): Turn {
  const { cluster } = state;
  return answer(state, 200, {
    id: clusterId(cluster, 'resourcegroups'),
    location: cluster.location,
    name: cluster.clusterName,
    type: 'Microsoft.ContainerService/ManagedClusters',
    properties: {
      provisioningState: 'Succeeded',
      powerState: powerState(state),
      kubernetesVersion: cluster.kubernetesVersion,
      currentKubernetesVersion: cluster.kubernetesVersion,
      nodeResourceGroup: cluster.nodeResourceGroup,
      maxAgentPools: 100,
      enableRBAC: true,
      agentPoolProfiles: listedPools(state, call.nowMs).map((pool) => ({
        name: pool.name,
        ...poolProfile(state, pool),
      })),
    },
  });
}

export function listPools(state: State, call: Call): Turn {
  const pools = listedPools(state, call.nowMs).map((pool) => poolResource(state, pool, 'resourcegroups'));
  return answer(state, 200, page(state, call, pools));
}

export function getPool(state: State, call: Call): Turn {
  const pool = poolOf(state, call);
  return pool === undefined
    ? refuse(state, armError('pool-404'))
    : answer(state, 200, poolResource(state, pool, 'resourcegroups'));
}

export function listMachines(state: State, call: Call): Turn {
  const pool = poolOf(state, call);
  if (pool === undefined) {
    return refuse(state, armError('pool-404'));
  }
  const machines = vmsOf(state, pool.name).map((vm) => machineResource(state, vm));
  return answer(state, 200, page(state, call, machines));
}

export function getMachine(state: State, call: Call): Turn {
  const pool = poolOf(state, call);
  if (pool === undefined) {
    return refuse(state, armError('pool-404'));
  }
  const vm = vmsOf(state, pool.name).find(({ name }) => name === call.parameters['machine']?.toLowerCase());
  return vm === undefined ? refuse(state, armError('machine-404')) : answer(state, 200, machineResource(state, vm));
}

/** Status of an operation: 200 whatever it is. */
export function getOperation(state: State, call: Call): Turn {
  const operation = operationOf(state, call);
  if (operation === undefined) {
    return refuse(state, armError('throttle-gone'));
  }
  return answer(state, 200, operationResource(operation), retryAfter(state, operation));
}

/** The other kind of address: 202 until it is over, then the resource or nothing. */
export function getOperationResult(state: State, call: Call): Turn {
  const operation = operationOf(state, call);
  if (operation === undefined) {
    return refuse(state, armError('throttle-gone'));
  }
  if (shownStatus(operation) === 'InProgress') {
    const location = `${call.origin}${call.path}?${call.query.toString()}`;
    return answer(state, 202, undefined, { Location: location, ...retryAfter(state, operation) });
  }
  if (operation.error !== undefined) {
    return refuse(state, { ...operation.error, status: 409 });
  }
  const pool = state.pools.get(operation.poolName);
  return operation.kind === 'Delete' || pool === undefined
    ? answer(state, 204)
    : answer(state, 200, poolResource(state, pool, 'resourcegroups'));
}

function operationResource(operation: Operation): Json {
  const isOver = shownStatus(operation) !== 'InProgress';
  return {
    name: operation.id,
    status: shownStatus(operation),
    startTime: rfc3339(operation.startedAtMs),
    ...(isOver && operation.endedAtMs !== undefined ? { endTime: rfc3339(operation.endedAtMs) } : {}),
    ...(isOver && operation.error !== undefined ? { error: errorDetail(operation.error) } : {}),
  };
}

function shownStatus(operation: Operation): Operation['status'] {
  return operation.isStuck ? 'InProgress' : operation.status;
}

function retryAfter({ settings }: State, operation: Operation): Readonly<Record<string, string>> {
  return settings.retryAfterSeconds === null || shownStatus(operation) !== 'InProgress'
    ? {}
    : { 'Retry-After': String(settings.retryAfterSeconds) };
}

function operationOf(state: State, call: Call): Operation | undefined {
  const operation = state.operations.get(call.parameters['operation']?.toLowerCase() ?? '');
  const retentionMs = scaledMs(state.settings, state.settings.operationRetentionSeconds);
  const isForgotten =
    (operation?.forgottenAtMs !== undefined && operation.forgottenAtMs <= call.nowMs) ||
    (operation?.endedAtMs !== undefined && operation.endedAtMs + retentionMs <= call.nowMs);
  return isForgotten ? undefined : operation;
}

function poolOf(state: State, call: Call): Pool | undefined {
  return state.pools.get(call.pool?.toLowerCase() ?? '');
}

function machineResource(state: State, vm: Vm): Json {
  return {
    id: `${clusterId(state.cluster, 'resourceGroups')}/agentPools/${vm.pool}/machines/${vm.name}`,
    name: vm.name,
    type: 'Microsoft.ContainerService/managedClusters/agentPools/machines',
    ...(vm.zone === undefined ? {} : { zones: [vm.zone] }),
    properties: {
      network: { ipAddresses: [{ ip: vm.ipAddress, family: 'IPv4' }] },
      resourceId: instanceId(state.cluster, vm.pool, vm.index),
    },
  };
}
