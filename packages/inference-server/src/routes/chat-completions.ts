import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

import type { FastifyInstance, FastifyReply } from 'fastify';

import { RequestError } from '../core/errors.ts';
import { complete, generate } from '../core/generation.ts';
import type { Generation, GenerationDeps } from '../core/generation.ts';
import type { GenerationRequest, Outcome } from '../core/generation-request.ts';
import { chunks, completionBody, planCompletion, serverSentEvent } from '../core/openai.ts';
import type { Envelope } from '../core/openai.ts';
import type { ModelFile } from '../core/ports.ts';
import { requireModel } from '../deps.ts';
import type { AppDeps } from '../deps.ts';
import { clientSignal } from '../plugins/client-signal.ts';
import { openAiError } from '../plugins/errors.ts';
import { parseCompletion } from '../schemas/openai.ts';
import { answerHeaders, fileHeaders } from './model-headers.ts';

/** One request on its way. */
interface Exchange {
  readonly deps: GenerationDeps;
  readonly request: GenerationRequest;
  readonly envelope: Envelope;
  readonly file: ModelFile;
  readonly signal: AbortSignal;
  readonly includesUsage: boolean;
}

export function chatCompletionsRoute(app: FastifyInstance, deps: AppDeps): void {
  app.post('/v1/chat/completions', async (request, reply) => {
    const parsed = parseCompletion(request.body);
    const { engine, admission, file } = requireModel(deps);
    requireKnown(parsed.model, deps.servedModelName);
    const exchange: Exchange = {
      deps: { ...deps, engine, admission },
      request: planCompletion(parsed.request, engine),
      envelope: { id: `chatcmpl-${deps.newId()}`, created: secondsNow(), model: deps.servedModelName },
      file,
      signal: clientSignal(reply.raw, deps.shutdown),
      includesUsage: parsed.includesUsage,
    };
    return parsed.isStream ? stream(reply, exchange) : whole(reply, exchange);
  });
}

function requireKnown(asked: string | undefined, served: string): void {
  if (asked !== undefined && asked !== served) {
    throw new RequestError('NotFound', `The model \`${asked}\` does not exist.`, 'model');
  }
}

function secondsNow(): number {
  return Math.floor(Date.now() / 1000);
}

async function whole(reply: FastifyReply, exchange: Exchange): Promise<object> {
  const { deps, request, signal, file, envelope } = exchange;
  const { text, outcome } = await complete(deps, request, signal);
  void reply.headers(answerHeaders(file, [outcome]));
  return completionBody(envelope, text, outcome);
}

/** A refusal comes before the first byte and has its own status; what fails later is an event in the stream. */
async function stream(reply: FastifyReply, exchange: Exchange): Promise<void> {
  const pieces = generate(exchange.deps, exchange.request, exchange.signal);
  const first = await pieces.next();
  reply.hijack();
  const response = reply.raw;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    ...fileHeaders(exchange.file),
  });
  try {
    await sendAll(response, first, pieces, exchange);
    end(response, '');
  } catch (error) {
    end(response, serverSentEvent(openAiError(error)));
  } finally {
    await pieces[Symbol.asyncDispose]();
  }
}

async function sendAll(
  response: ServerResponse,
  first: IteratorResult<string, Outcome>,
  rest: Generation,
  { envelope, signal, includesUsage }: Exchange,
): Promise<void> {
  await send(response, chunks.role(envelope), signal);
  let next = first;
  while (next.done !== true) {
    await send(response, chunks.text(envelope, next.value), signal);
    next = await rest.next();
  }
  await send(response, chunks.end(envelope, next.value), signal);
  if (includesUsage) {
    await send(response, chunks.usage(envelope, next.value), signal);
  }
}

function end(response: ServerResponse, text: string): void {
  if (!response.destroyed) {
    response.end(text + serverSentEvent('[DONE]'));
  }
}

/** Waits for a slow reader, so that the model does not run ahead of it. */
async function send(response: ServerResponse, chunk: object, signal: AbortSignal): Promise<void> {
  if (!response.write(serverSentEvent(chunk))) {
    await once(response, 'drain', { signal });
  }
}
