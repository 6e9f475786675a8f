import { abortPool } from './abort-pool.ts';
import { advance } from './advance.ts';
import { armError } from './arm-error.ts';
import type { ArmError } from './arm-error.ts';
import { refuse } from './call.ts';
import type { ArmRequest, Call, Principal, Turn } from './call.ts';
import { getInstance, listInstances, listSkus, listUsages } from './compute.ts';
import { deleteMachines } from './delete-machines.ts';
import { deletePool } from './delete-pool.ts';
import { faultError } from './faults.ts';
import type { FiredEffect } from './faults.ts';
import { nextGuid } from './ids.ts';
import { remember } from './listing.ts';
import type { State } from './model.ts';
import { effectOf, knownBlanks } from './operations.ts';
import { putPool } from './put-pool.ts';
import { getCluster, getMachine, getOperation, getOperationResult, getPool, listMachines, listPools } from './reads.ts';
import { findRoute } from './route.ts';
import type { RouteName } from './route.ts';
import { throttle } from './throttle.ts';

const HANDLERS: Readonly<Record<RouteName, (state: State, call: Call) => Turn>> = {
  GetCluster: getCluster,
  ListPools: listPools,
  GetPool: getPool,
  PutPool: putPool,
  DeletePool: deletePool,
  AbortPool: abortPool,
  DeleteMachines: deleteMachines,
  ListMachines: listMachines,
  GetMachine: getMachine,
  GetOperation: getOperation,
  GetOperationStatus: getOperation,
  GetOperationResult: getOperationResult,
  ListSkus: listSkus,
  ListUsages: listUsages,
  ListInstances: listInstances,
  GetInstance: getInstance,
};

const AUDIENCES = ['https://management.azure.com', 'https://management.core.windows.net'];

/** One request to ARM: the state after it, and the answer. `effects`: what injected faults do to it. */
export function handle(state: State, request: ArmRequest, effects: readonly FiredEffect[], nowMs: number): Turn {
  const { state: current, guid } = nextGuid(advance(state, nowMs));
  const turn = routed(current, request, effects, nowMs);
  return {
    state: remember(turn.state, nowMs),
    reply: {
      ...turn.reply,
      headers: { 'x-ms-request-id': guid, 'x-ms-correlation-request-id': guid, ...turn.reply.headers },
    },
  };
}

function routed(state: State, request: ArmRequest, effects: readonly FiredEffect[], nowMs: number): Turn {
  const match = findRoute(request.method, request.path);
  if (match.kind === 'none') {
    return refuse(state, armError('route-404', { path: request.path }));
  }
  if (match.kind === 'wrongMethod') {
    return refuse(state, armError('method', { method: request.method }));
  }
  const { name, parameters } = match.route;
  const { pool } = parameters;
  const call: Call = {
    ...request,
    route: name,
    parameters,
    effects,
    nowMs,
    ...(pool === undefined ? {} : { pool }),
  };
  const refusal = credentialProblem(request, nowMs) ?? versionProblem(call) ?? addressProblem(state, call);
  if (refusal !== undefined) {
    return refuse(state, refusal, refusal.status === 401 ? { 'WWW-Authenticate': challenge(request) } : {});
  }
  return limited(state, call);
}

function limited(state: State, call: Call): Turn {
  const { state: counted, headers, refusal } = throttle(state, call);
  const injected = effectOf(call, 'answer');
  if (injected !== undefined) {
    const error = faultError(injected.error, knownBlanks(counted, call));
    return refuse(counted, error, { ...headers, ...injected.headers });
  }
  const turn = refusal === undefined ? HANDLERS[call.route](counted, call) : refuse(counted, refusal);
  return { state: turn.state, reply: { ...turn.reply, headers: { ...headers, ...turn.reply.headers } } };
}

function credentialProblem({ principal, origin }: ArmRequest, nowMs: number): ArmError | undefined {
  return principal === undefined || principal.expiresAtMs <= nowMs || !isForArm(principal, origin)
    ? armError('token')
    : undefined;
}

function isForArm({ audience }: Principal, origin: string): boolean {
  return [...AUDIENCES, origin].includes(audience.replace(/\/+$/u, ''));
}

function challenge({ origin }: ArmRequest): string {
  return `Bearer authorization_uri="${origin}/common", error="invalid_token", error_description="The access token is invalid."`;
}

function versionProblem({ query }: Call): ArmError | undefined {
  return (query.get('api-version') ?? '') === '' ? armError('api-version') : undefined;
}

function addressProblem({ cluster }: State, { parameters }: Call): ArmError | undefined {
  const { subscription, group, cluster: name, scaleset } = parameters;
  if (differs(subscription, cluster.subscriptionId)) {
    return armError('subscription-404', { sub: subscription ?? '' });
  }
  if (differs(group, scaleset === undefined ? cluster.resourceGroup : cluster.nodeResourceGroup)) {
    return armError('rg-404', { rg: group ?? '' });
  }
  return differs(name, cluster.clusterName) ? armError('arm-404', { c: name ?? '', rg: group ?? '' }) : undefined;
}

function differs(given: string | undefined, ours: string): boolean {
  return given !== undefined && given.toLowerCase() !== ours.toLowerCase();
}
