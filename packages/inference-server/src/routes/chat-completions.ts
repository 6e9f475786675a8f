import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

import type { FastifyInstance, FastifyReply } from 'fastify';

import { RequestError } from '../core/errors.ts';
import { complete, generate } from '../core/generation.ts';
import type { GenerationDeps, GenerationEvent, GenerationRequest } from '../core/generation.ts';
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
  const events = generate(exchange.deps, exchange.request, exchange.signal);
  const first = await events.next();
  reply.hijack();
  const response = reply.raw;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    ...fileHeaders(exchange.file),
  });
  try {
    await send(response, serverSentEvent(chunks.role(exchange.envelope)), exchange.signal);
    if (first.done !== true) {
      await sendAll(response, first.value, events, exchange);
    }
    end(response, '');
  } catch (error) {
    end(response, serverSentEvent(openAiError(error)));
  } finally {
    await events.return();
  }
}

async function sendAll(
  response: ServerResponse,
  first: GenerationEvent,
  rest: AsyncIterable<GenerationEvent>,
  exchange: Exchange,
): Promise<void> {
  await send(response, render(first, exchange), exchange.signal);
  for await (const event of rest) {
    await send(response, render(event, exchange), exchange.signal);
  }
}

function render(event: GenerationEvent, { envelope, includesUsage }: Exchange): string {
  if (event.kind === 'text') {
    return serverSentEvent(chunks.text(envelope, event.text));
  }
  const last = serverSentEvent(chunks.end(envelope, event.outcome));
  return includesUsage ? last + serverSentEvent(chunks.usage(envelope, event.outcome)) : last;
}

function end(response: ServerResponse, text: string): void {
  if (!response.destroyed) {
    response.end(text + serverSentEvent('[DONE]'));
  }
}

/** Waits for a slow reader, so that the model does not run ahead of it. */
async function send(response: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  if (!response.write(text)) {
    await once(response, 'drain', { signal });
  }
}
