import { newVm, nodeLabels } from './node-facts.ts';
import { vmsOf, withEntry, withoutEntry, withPool } from './model.ts';
import type { Operation, OperationKind, Pool, State, Step, Vm } from './model.ts';
import { endedOperation, withState } from './operations.ts';
import { assignZones, plannedSizes } from './placement.ts';
import { remember } from './listing.ts';
import { rfc3339 } from './time.ts';
import { findVmSize } from './vm-sizes.ts';

/** Everything that was due until now, each at its own time and in order. */
export function advance(state: State, nowMs: number): State {
  let current = state;
  for (;;) {
    const [step, ...rest] = current.agenda;
    if (step === undefined || step.atMs > nowMs) {
      return current;
    }
    current = remember(take(step, { ...current, agenda: rest }), step.atMs);
  }
}

/** When {@link advance} has something to do again. */
export function nextDueMs(state: State): number | undefined {
  return state.agenda[0]?.atMs;
}

type StepFunction = (state: State, pool: Pool, operation: Operation, atMs: number) => State;

const STEPS: Readonly<Record<Step['kind'], StepFunction>> = {
  AllocateVms: allocateVms,
  BootVms: (state, pool) => withVms(state, vmsOf(state, pool.name).map(booted)),
  RemoveVms: (state, pool) => withoutVms(state, vmsOf(state, pool.name)),
  End: (state, pool, operation, atMs) =>
    (operation.failure === undefined ? succeeded : failed)(state, pool, operation, atMs),
};

/** What an operation leaves behind when it went well. */
const OUTCOMES: Readonly<Record<OperationKind, StepFunction>> = {
  Create: builtPool,
  Update: builtPool,
  DeleteMachines: (state, pool, { machineNames = [] }, atMs) =>
    withoutVms(
      settledPool(state, pool, 'Succeeded', atMs),
      vmsOf(state, pool.name).filter((vm) => machineNames.includes(vm.name)),
    ),
  Abort: (state, pool, _, atMs) =>
    withoutVms(
      settledPool(state, pool, 'Canceled', atMs),
      vmsOf(state, pool.name).filter((vm) => vm.state === 'Booting'),
    ),
  Delete: (state, pool) =>
    withoutVms({ ...state, pools: withoutEntry(state.pools, pool.name) }, vmsOf(state, pool.name)),
};

function take(step: Step, state: State): State {
  const operation = state.operations.get(step.operationId);
  const pool = operation === undefined ? undefined : state.pools.get(operation.poolName);
  if (operation?.status !== 'InProgress' || pool === undefined) {
    return state;
  }
  return STEPS[step.kind](state, pool, operation, step.atMs);
}

function allocateVms(state: State, pool: Pool, operation: Operation, atMs: number): State {
  const present = vmsOf(state, pool.name);
  const zones = assignZones(state, pool.name, pool.properties) ?? [];
  const missing = plannedSizes(pool.properties).slice(present.length);
  const made = missing.map((size, position): Vm => {
    const zone = zones[present.length + position];
    return newVm(state, {
      pool,
      size,
      index: pool.nextInstance + position,
      createdAt: rfc3339(atMs),
      serial: state.sequence + position,
      ...(zone === undefined ? {} : { zone }),
      ...(operation.nodesReadyAtMs === undefined ? {} : { nodeReadyAt: rfc3339(operation.nodesReadyAtMs) }),
    });
  });
  return withVms(
    {
      ...withPool(state, { ...pool, nextInstance: pool.nextInstance + made.length }),
      sequence: state.sequence + made.length,
    },
    made,
  );
}

function failed(state: State, pool: Pool, operation: Operation, atMs: number): State {
  const error = operation.failure;
  const ended = endedOperation(state, operation, { status: 'Failed', atMs, ...(error === undefined ? {} : { error }) });
  return withPool(ended, {
    ...withState(idle(pool), 'Failed', atMs),
    ...(error === undefined ? {} : { provisioningError: error }),
  });
}

function succeeded(state: State, pool: Pool, operation: Operation, atMs: number): State {
  const ended = endedOperation(state, operation, { status: 'Succeeded', atMs });
  return OUTCOMES[operation.kind](ended, pool, operation, atMs);
}

function builtPool(state: State, pool: Pool, _: Operation, atMs: number): State {
  const settled = settledPool(state, pool, 'Succeeded', atMs);
  const vms = vmsOf(settled, pool.name);
  const relabelledVms = withVms(
    settled,
    vms.map((vm) => relabelled(settled, pool, vm)),
  );
  return withoutVms(relabelledVms, vms.slice(plannedSizes(pool.properties).length));
}

function settledPool(state: State, pool: Pool, result: 'Succeeded' | 'Canceled', atMs: number): State {
  const { provisioningError: _, ...rest } = idle(pool);
  return withPool(state, withState(rest, result, atMs));
}

function idle(pool: Pool): Pool {
  const { operationId: _, ...rest } = pool;
  return rest;
}

/** Labels and taints of a pool reach the nodes that it has. */
function relabelled(state: State, pool: Pool, vm: Vm): Vm {
  const size = findVmSize(vm.vmSize);
  if (size === undefined) {
    return vm;
  }
  const zone = vm.zone === undefined ? {} : { zone: vm.zone };
  const labels = nodeLabels(state, { pool, size, ...zone }, vm.name);
  const taints = pool.properties.nodeTaints ?? [];
  const isSame = JSON.stringify([labels, taints]) === JSON.stringify([vm.labels, vm.taints]);
  return isSame ? vm : { ...vm, labels, taints };
}

function booted(vm: Vm): Vm {
  return vm.state === 'Booting' ? { ...vm, state: 'Running' } : vm;
}

function withVms(state: State, vms: readonly Vm[]): State {
  return vms.reduce<State>(
    (current, vm) =>
      current.vms.get(vm.name) === vm ? current : { ...current, vms: withEntry(current.vms, vm.name, vm) },
    state,
  );
}

export function withoutVms(state: State, vms: readonly Vm[]): State {
  return vms.reduce<State>((current, vm) => ({ ...current, vms: withoutEntry(current.vms, vm.name) }), state);
}
