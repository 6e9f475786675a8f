import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { armError, errorDetail } from '../core/arm-error.ts';
import type { ArmReply, ArmRequest } from '../core/call.ts';
import { takeEffects } from '../core/faults.ts';
import type { FaultTarget, FiredEffect } from '../core/faults.ts';
import { handle } from '../core/handle.ts';
import { findRoute } from '../core/route.ts';
import type { FaultGate } from './fault-gate.ts';
import { BodyTooLarge, header, originOf, readText, sendJson } from './http.ts';
import type { RequestLog, RequestLogEntry } from './request-log.ts';
import type { Simulation } from './simulation.ts';
import type { Tokens } from './tokens.ts';

export interface ArmEndpoint {
  readonly simulation: Simulation;
  readonly gate: FaultGate;
  readonly tokens: Tokens;
  readonly log: RequestLog;
  readonly nowMs: () => number;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly arm: ArmRequest;
  readonly target: FaultTarget;
  readonly arrivedAtMs: number;
}

const errorBodySchema = z.looseObject({ error: z.looseObject({ code: z.string() }) });

export async function serveArm(
  endpoint: ArmEndpoint,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const arrivedAtMs = endpoint.nowMs();
  const body = await readBody(request);
  const arm = armRequest(endpoint, request, body);
  const exchange: Exchange = { request, response, arm, arrivedAtMs, target: targetOf(arm) };
  if (body.kind === 'refused') {
    answer(endpoint, exchange, body.reply);
    return;
  }
  const effects = endpoint.simulation.transition((state) => {
    const taken = takeEffects(state.faults, exchange.target);
    return { state: taken.faults === state.faults ? state : { ...state, faults: taken.faults }, result: taken.effects };
  });
  await act(endpoint, exchange, effects);
}

async function act(endpoint: ArmEndpoint, exchange: Exchange, effects: readonly FiredEffect[]): Promise<void> {
  const { simulation, gate } = endpoint;
  const { response, arm } = exchange;
  const before = await gate.pass(effects, 'before', { response, settings: simulation.state.settings });
  if (before !== 'pass') {
    response.destroy();
    record(endpoint, exchange, 'dropped');
    return;
  }
  const reply = simulation.transition((state, nowMs) => {
    const turn = handle(state, arm, effects, nowMs);
    return { state: turn.state, result: turn.reply };
  });
  await gate.wait(reply.delayMs ?? 0);
  const after = await gate.pass(effects, 'after', { response, settings: simulation.state.settings });
  if (after === 'pass' && !response.destroyed) {
    answer(endpoint, exchange, reply);
  } else {
    response.destroy();
    record(endpoint, exchange, 'cut', reply);
  }
}

function answer(endpoint: ArmEndpoint, exchange: Exchange, reply: ArmReply): void {
  const id = header(exchange.request, 'x-ms-client-request-id');
  const headers = { ...reply.headers, ...(id === undefined ? {} : { 'x-ms-client-request-id': id }) };
  sendJson(exchange.response, reply.status, reply.body, headers);
  record(endpoint, exchange, 'answered', reply);
}

function record(
  endpoint: ArmEndpoint,
  exchange: Exchange,
  outcome: RequestLogEntry['outcome'],
  reply?: ArmReply,
): void {
  const { request, arm, target, arrivedAtMs } = exchange;
  const isError = (reply?.status ?? 0) >= 400; // an operation that failed is no failed request
  const error = errorBodySchema.safeParse(reply?.body);
  endpoint.log.add({
    time: new Date(arrivedAtMs).toISOString(),
    method: arm.method,
    path: arm.path,
    query: Object.fromEntries(arm.query),
    ...present('apiVersion', arm.query.get('api-version') ?? undefined),
    ...present('route', target.route === '' ? undefined : target.route),
    ...present('pool', target.pool),
    status: reply?.status ?? 0,
    outcome,
    ...present('errorCode', isError && error.success ? error.data.error.code : undefined),
    durationMs: endpoint.nowMs() - arrivedAtMs,
    ...present('body', arm.body),
    ...present('ifMatch', arm.ifMatch),
    ...present('ifNoneMatch', arm.ifNoneMatch),
    ...present('clientRequestId', header(request, 'x-ms-client-request-id')),
    ...present('userAgent', header(request, 'user-agent')),
  });
}

type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly reply: ArmReply };

async function readBody(request: IncomingMessage): Promise<Body> {
  try {
    const text = await readText(request);
    return text === '' ? { kind: 'none' } : { kind: 'json', value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof BodyTooLarge || error instanceof SyntaxError) {
      const refusal =
        error instanceof BodyTooLarge ? armError('too-large') : armError('content', { text: error.message });
      return {
        kind: 'refused',
        reply: { status: refusal.status, headers: {}, body: { error: errorDetail(refusal) } },
      };
    }
    throw error;
  }
}

function armRequest({ tokens }: ArmEndpoint, request: IncomingMessage, body: Body): ArmRequest {
  const url = new URL(request.url ?? '/', 'https://localhost');
  const principal = tokens.principalOf(header(request, 'authorization'));
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    origin: originOf(request),
    ...present('ifMatch', header(request, 'if-match')),
    ...present('ifNoneMatch', header(request, 'if-none-match')),
    ...present('principal', principal),
    ...(body.kind === 'json' ? { body: body.value } : {}),
  };
}

function targetOf(arm: ArmRequest): FaultTarget {
  const match = findRoute(arm.method, arm.path);
  const { name = '', parameters = {} } = match.kind === 'route' ? match.route : {};
  return { route: name, method: arm.method, ...present('pool', parameters['pool']) };
}

/** A property that is left out when there is nothing to say. */
function present<K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> {
  const entry: Partial<Record<K, T>> = {};
  if (value !== undefined) {
    entry[key] = value;
  }
  return entry;
}
