import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import type { Pool, State } from '../core/model.ts';
import { faultSchema, parseFaults } from '../core/faults.ts';
import type { ArmedFault } from '../core/faults.ts';
import { withExistingPool } from '../core/initial-state.ts';
import { vmsOf } from '../core/model.ts';
import { switchCluster, switchVm, vanishPool, vanishVm } from '../core/out-of-band.ts';
import { parsePoolRequest, POOL_NAME } from '../core/pool-request.ts';
import { settingsSchema } from '../core/settings.ts';
import { rfc3339 } from '../core/time.ts';
import type { ArmEndpoint } from './arm-endpoint.ts';
import { readText, sendJson, startLines } from './http.ts';

/** The part of the simulator that Azure does not have. */
export const CONTROL_PREFIX = '/simulator';

interface Control extends ArmEndpoint {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  /** What follows the route's own path. */
  readonly name: string;
}

/** What is sent back; undefined: the handler has answered, or goes on answering. */
type Handler = (control: Control) => unknown;

const ROUTES: readonly (readonly [route: string, meaning: string, handler: Handler])[] = [
  ['GET /vms', 'VMs; ?watch=true: changes too, one JSON value a line', getVms],
  ['PATCH /vms/*', '{"state":"Running"|"Stopped"}: its power fails, or comes back', patchVm],
  ['DELETE /vms/*', 'the VM vanishes, as an evicted spot VM does; its pool does not know', deleteVm],
  ['GET /pools', 'pools, and what was ever accepted per name', getPools],
  ['PUT /pools/*', '{"properties":{…}}: someone else has made this pool', putPool],
  ['DELETE /pools/*', 'the pool vanishes at once, with its VMs', deletePool],
  ['GET /log', 'ARM requests; ?after=SEQUENCE, ?watch=true', getLog],
  ['DELETE /log', 'forgets them', clearLog],
  ['GET /faults', 'faults that were injected', getFaults],
  ['POST /faults', 'injects one, or {"faults":[…]}', postFaults],
  ['DELETE /faults', 'removes all and lets go of what they hold', deleteFaults],
  ['GET /faults/*', 'one of them', getFault],
  ['POST /faults/*', 'releases the requests that it holds', releaseFault],
  ['DELETE /faults/*', 'removes it and lets go of what it holds', deleteFault],
  ['GET /settings', 'how the cloud behaves', getSettings],
  ['PATCH /settings', 'changes some of it, for what begins from now on', patchSettings],
  ['GET /schemas', 'JSON schemas of faults and settings', getSchemas],
  [
    'PATCH /cluster',
    '{"state":"Running"|"Stopped"}: all of it is stopped or started, as with az aks stop',
    patchCluster,
  ],
  ['GET /cluster', 'the cluster that there is', ({ simulation }) => simulation.state.cluster],
];

export async function serveControl(
  endpoint: ArmEndpoint,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://localhost');
  const [, first = '', name = ''] = url.pathname.slice(CONTROL_PREFIX.length).split('/');
  const handler = handlerOf(request.method ?? 'GET', first, name !== '');
  if (handler === undefined) {
    sendJson(response, first === '' ? 200 : 404, { routes: routeList() });
    return;
  }
  try {
    const control = { ...endpoint, request, response, query: url.searchParams, name: decodeURIComponent(name) };
    const result = await handler(control);
    if (result !== undefined) {
      sendJson(response, 200, result);
    }
  } catch (error) {
    answerInvalid(response, error);
  }
}

/** What the caller wrote wrongly is told to him; everything else goes on. */
function answerInvalid(response: ServerResponse, error: unknown): void {
  if (!(error instanceof z.ZodError) && !(error instanceof SyntaxError)) {
    throw error;
  }
  const message = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
  sendJson(response, 400, { error: { code: 'InvalidRequest', message } });
}

function handlerOf(method: string, first: string, isNamed: boolean): Handler | undefined {
  const wanted = `${method} /${first}${isNamed ? '/*' : ''}`;
  return ROUTES.find(([pattern]) => pattern === wanted)?.[2];
}

function routeList(): Readonly<Record<string, string>> {
  return Object.fromEntries(ROUTES.map(([pattern, meaning]) => [pattern.replace(' ', ` ${CONTROL_PREFIX}`), meaning]));
}

function getVms({ simulation, query, response }: Control): unknown {
  if (query.get('watch') !== 'true') {
    return { vms: [...simulation.state.vms.values()] };
  }
  response.once('close', simulation.watchVms(startLines(response)));
  return undefined;
}

const powerSchema = z.strictObject({ state: z.enum(['Running', 'Stopped']) });

async function patchVm(control: Control): Promise<unknown> {
  const { state: to } = powerSchema.parse(await bodyOf(control));
  return changed(control, (state) => switchVm(state, control.name, to));
}

async function patchCluster(control: Control): Promise<unknown> {
  const { state: to } = powerSchema.parse(await bodyOf(control));
  return changed(control, (state) => switchCluster(state, to));
}

function deleteVm(control: Control): unknown {
  return changed(control, (state) => vanishVm(state, control.name));
}

function getPools({ simulation }: Control): unknown {
  const { state } = simulation;
  return {
    pools: [...state.pools.values()].map((pool) => poolFacts(state, pool)),
    accepted: Object.fromEntries(state.counts),
  };
}

function poolFacts(state: State, pool: Pool): unknown {
  const { mode, vmSize, count, tags = {}, nodeLabels = {} } = pool.properties;
  return {
    name: pool.name,
    mode,
    vmSize,
    count,
    provisioningState: pool.provisioningState,
    ...(pool.provisioningError === undefined ? {} : { provisioningError: pool.provisioningError }),
    createdAt: rfc3339(pool.createdAtMs),
    stateSince: rfc3339(pool.stateSinceMs),
    tags,
    nodeLabels,
    ...(state.isStopped === true && { powerState: 'Stopped' }),
    vms: vmsOf(state, pool.name).map(({ name, state: power }) => ({ name, state: power })),
  };
}

async function putPool(control: Control): Promise<unknown> {
  const parsed = parsePoolRequest(await bodyOf(control));
  if (parsed.kind === 'error' || !POOL_NAME.test(control.name)) {
    const message = parsed.kind === 'error' ? parsed.error.message : `'${control.name}' is not a pool name`;
    sendJson(control.response, 400, { error: { code: 'InvalidRequest', message } });
    return undefined;
  }
  const { properties } = parsed;
  return changed(control, (state, nowMs) => withExistingPool(state, { name: control.name, properties }, nowMs));
}

function deletePool(control: Control): unknown {
  return changed(control, (state, nowMs) => vanishPool(state, control.name, nowMs));
}

function getLog({ log, query, response }: Control): unknown {
  const after = Number.parseInt(query.get('after') ?? '0', 10) || 0;
  if (query.get('watch') !== 'true') {
    return { requests: log.after(after) };
  }
  const write = startLines(response);
  for (const entry of log.after(after)) {
    write(entry);
  }
  response.once('close', log.watch(write));
  return undefined;
}

function clearLog({ log }: Control): unknown {
  log.clear();
  return {};
}

function getFaults(control: Control): unknown {
  return { faults: control.simulation.state.faults.map((fault) => faultFacts(control, fault)) };
}

function getFault(control: Control): unknown {
  const fault = control.simulation.state.faults.find(({ id }) => id === control.name);
  return fault === undefined ? missing(control) : faultFacts(control, fault);
}

async function postFaults(control: Control): Promise<unknown> {
  const faults = parseFaults(await bodyOf(control));
  const ids = control.simulation.transition((state) => {
    const armed = faults.map((fault, index): ArmedFault => ({
      ...fault,
      id: `f${state.sequence + index}`,
      seen: 0,
      fired: 0,
    }));
    return {
      state: { ...state, sequence: state.sequence + faults.length, faults: [...state.faults, ...armed] },
      result: armed.map(({ id }) => id),
    };
  });
  return { ids };
}

function deleteFaults(control: Control): unknown {
  return removeFaults(control, () => true);
}

function deleteFault(control: Control): unknown {
  return removeFaults(control, ({ id }) => id === control.name);
}

function removeFaults({ simulation, gate }: Control, isMeant: (fault: ArmedFault) => boolean): unknown {
  const removed = simulation.transition((state) => ({
    state: { ...state, faults: state.faults.filter((fault) => !isMeant(fault)) },
    result: state.faults.filter(isMeant),
  }));
  for (const { id } of removed) {
    gate.release(id);
  }
  return { removed: removed.map(({ id }) => id) };
}

function releaseFault(control: Control): unknown {
  const released = control.gate.holding(control.name);
  control.gate.release(control.name);
  return { released };
}

function faultFacts({ gate }: Control, fault: ArmedFault): unknown {
  return { ...fault, holding: gate.holding(fault.id) };
}

function getSettings({ simulation }: Control): unknown {
  return simulation.state.settings;
}

async function patchSettings(control: Control): Promise<unknown> {
  const patch = z.record(z.string(), z.unknown()).parse(await bodyOf(control));
  return control.simulation.transition((state) => {
    const settings = settingsSchema.parse({ ...state.settings, ...patch });
    return { state: { ...state, settings }, result: settings };
  });
}

function getSchemas(): unknown {
  return {
    fault: z.toJSONSchema(faultSchema, { io: 'input' }),
    settings: z.toJSONSchema(settingsSchema, { io: 'input' }),
  };
}

/** Applies what happens out of band; 404 when there is nothing of that name. */
function changed(control: Control, change: (state: State, nowMs: number) => State | undefined): unknown {
  const isDone = control.simulation.transition((state, nowMs) => {
    const after = change(state, nowMs);
    return { state: after ?? state, result: after !== undefined };
  });
  return isDone ? {} : missing(control);
}

function missing({ response, name }: Control): undefined {
  sendJson(response, 404, { error: { code: 'NotFound', message: `there is no '${name}'` } });
  return undefined;
}

async function bodyOf({ request }: Control): Promise<unknown> {
  const text = await readText(request);
  return JSON.parse(text === '' ? '{}' : text);
}
