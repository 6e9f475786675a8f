import type { ArmError } from './arm-error.ts';
import { faultError } from './faults.ts';
import type { Call } from './call.ts';
import type { Effect } from './faults.ts';
import { nextGuid } from './ids.ts';
import type { Operation, OperationKind, Pool, ProvisioningState, State, Step } from './model.ts';
import { withEntry, withPool } from './model.ts';
import { scaledMs } from './settings.ts';

/** As old as what AKS puts there. */
const OPERATION_API_VERSION = '2017-08-31';
const MAX_OPERATIONS = 5000;

export interface Begin {
  readonly kind: OperationKind;
  /** The pool as it is to be from now on; its operation and etag are filled in. */
  readonly pool: Pool;
  readonly provisioningState: ProvisioningState;
  readonly steps: readonly { readonly kind: Step['kind']; readonly afterSeconds: number }[];
  readonly failure?: ArmError;
  readonly nodesReadyAfterSeconds?: number;
  readonly machineNames?: readonly string[];
}

export interface Begun {
  readonly state: State;
  readonly pool: Pool;
  readonly operation: Operation;
}

/** Starts an operation on a pool; faults of the call that concern operations take hold of it here. */
export function beginOperation(state: State, call: Call, begin: Begin): Begun {
  const { state: withId, guid: id } = nextGuid(state);
  const { state: named, guid: etag } = nextGuid(withId);
  const { failure, steps } = withFailure(named, call, begin);
  const stuck = effectOf(call, 'stickOperation');
  const forget = effectOf(call, 'forgetOperation');
  const inMs = (seconds: number): number => call.nowMs + scaledMs(state.settings, seconds);
  const operation: Operation = {
    id,
    kind: begin.kind,
    poolName: begin.pool.name,
    startedAtMs: call.nowMs,
    status: 'InProgress',
    isStuck: stuck !== undefined,
    ...(failure === undefined ? {} : { failure }),
    ...(forget === undefined ? {} : { forgottenAtMs: inMs(forget.afterSeconds) }),
    ...(begin.nodesReadyAfterSeconds === undefined ? {} : { nodesReadyAtMs: inMs(begin.nodesReadyAfterSeconds) }),
    ...(begin.machineNames === undefined ? {} : { machineNames: begin.machineNames }),
  };
  const pool = withState({ ...begin.pool, etag, operationId: id }, begin.provisioningState, call.nowMs);
  const agenda = steps
    .filter((step) => !(step.kind === 'End' && stuck?.pool === 'sticks'))
    .map(({ kind, afterSeconds }): Step => ({ kind, operationId: id, atMs: inMs(afterSeconds) }));
  return {
    state: {
      ...withPool(named, pool),
      operations: withEntry(remembered(named, call.nowMs), id, operation),
      agenda: [...state.agenda, ...agenda].toSorted((a, b) => a.atMs - b.atMs),
    },
    pool,
    operation,
  };
}

export function withState(pool: Pool, provisioningState: ProvisioningState, nowMs: number): Pool {
  const stateSinceMs = pool.provisioningState === provisioningState ? pool.stateSinceMs : nowMs;
  return { ...pool, provisioningState, stateSinceMs };
}

export function endedOperation(
  state: State,
  operation: Operation,
  end: { readonly status: 'Succeeded' | 'Failed' | 'Canceled'; readonly atMs: number; readonly error?: ArmError },
): State {
  const ended: Operation = {
    ...operation,
    status: end.status,
    endedAtMs: end.atMs,
    ...(end.error === undefined ? {} : { error: end.error }),
  };
  return { ...state, operations: withEntry(state.operations, operation.id, ended) };
}

/** Ends what the pool is busy with, if anything, without touching the pool. */
export function cancelOperationOf(state: State, pool: Pool, nowMs: number, error: ArmError): State {
  const operation = pool.operationId === undefined ? undefined : state.operations.get(pool.operationId);
  if (operation?.status !== 'InProgress') {
    return state;
  }
  return {
    ...endedOperation(state, operation, { status: 'Canceled', atMs: nowMs, error }),
    agenda: state.agenda.filter((step) => step.operationId !== operation.id),
  };
}

/** Where the caller may ask how it goes. `abort` has the other two addresses, as the published example. */
export function operationHeaders(
  state: State,
  call: Call,
  operationId: string,
  style: 'put' | 'delete' | 'abort',
): Readonly<Record<string, string>> {
  const base = `${call.origin}/subscriptions/${state.cluster.subscriptionId}/providers/Microsoft.ContainerService/locations/${state.cluster.location}`;
  const address = (segment: string): string => `${base}/${segment}/${operationId}?api-version=${OPERATION_API_VERSION}`;
  const { retryAfterSeconds } = state.settings;
  return {
    'Azure-AsyncOperation': address(style === 'abort' ? 'operationStatus' : 'operations'),
    ...(style === 'put' ? {} : { Location: address(style === 'abort' ? 'operations' : 'operationresults') }),
    ...(retryAfterSeconds === null ? {} : { 'Retry-After': String(retryAfterSeconds) }),
  };
}

export function effectOf<K extends Effect['kind']>(call: Call, kind: K): Extract<Effect, { kind: K }> | undefined {
  return call.effects
    .map(({ effect }) => effect)
    .find((effect): effect is Extract<Effect, { kind: K }> => effect.kind === kind);
}

/** What the texts of errors may name. */
export function knownBlanks({ cluster }: State, call: Call): Readonly<Record<string, string>> {
  return {
    loc: cluster.location,
    sub: cluster.subscriptionId,
    rg: cluster.resourceGroup,
    c: cluster.clusterName,
    n: '5',
    ...(call.pool === undefined ? {} : { pool: call.pool }),
  };
}

function withFailure(state: State, call: Call, begin: Begin): Pick<Begin, 'failure' | 'steps'> {
  const fault = effectOf(call, 'failOperation');
  if (fault === undefined || (fault.error.id === 'drain' && ignoresDisruptionBudgets(call))) {
    return begin.failure === undefined ? { steps: begin.steps } : withoutVms(state, begin, begin.failure);
  }
  const failure = faultError(fault.error, knownBlanks(state, call));
  const { allocationFailSeconds } = state.settings;
  const afterSeconds = fault.afterSeconds ?? (fault.leavesVms ? undefined : allocationFailSeconds);
  const steps = begin.steps
    .filter((step) => step.kind === 'End' || fault.leavesVms)
    .map((step) => (step.kind === 'End' && afterSeconds !== undefined ? { ...step, afterSeconds } : step));
  return { failure, steps };
}

function withoutVms(state: State, { steps }: Begin, failure: ArmError): Pick<Begin, 'failure' | 'steps'> {
  const afterSeconds = state.settings.allocationFailSeconds;
  return { failure, steps: steps.filter((step) => step.kind === 'End').map((step) => ({ ...step, afterSeconds })) };
}

function ignoresDisruptionBudgets(call: Call): boolean {
  return call.query.get('ignore-pod-disruption-budget')?.toLowerCase() === 'true';
}

/** Operations that ended long ago make room. */
function remembered(state: State, nowMs: number): State['operations'] {
  if (state.operations.size < MAX_OPERATIONS) {
    return state.operations;
  }
  const oldest = nowMs - scaledMs(state.settings, state.settings.operationRetentionSeconds);
  const kept = [...state.operations].filter(([, { endedAtMs }]) => endedAtMs === undefined || endedAtMs > oldest);
  return new Map(kept.slice(-MAX_OPERATIONS));
}
