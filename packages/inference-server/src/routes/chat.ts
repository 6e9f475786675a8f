import type { FastifyInstance, FastifyReply } from 'fastify';

import { planChat, presented } from '../core/chat.ts';
import type { ChatPlan } from '../core/chat.ts';
import { complete } from '../core/generation.ts';
import type { Completion, GenerationDeps } from '../core/generation.ts';
import { requireModel } from '../deps.ts';
import type { AppDeps } from '../deps.ts';
import { clientSignal } from '../plugins/client-signal.ts';
import { useFastApiErrors, UnprocessableError } from '../plugins/errors.ts';
import { parseChatBody } from '../schemas/chat.ts';
import { answerHeaders } from './model-headers.ts';

/** `POST /chat`, as the text-generation server of Kaito v0.3 answers it. */
export async function chatRoutes(app: FastifyInstance, deps: AppDeps): Promise<void> {
  useFastApiErrors(app, deps.logger);
  app.post('/chat', async (request, reply) => chat(request.body, reply, deps));
}

async function chat(raw: unknown, reply: FastifyReply, deps: AppDeps): Promise<object> {
  const parsed = parseChatBody(raw);
  if (!parsed.ok) {
    throw new UnprocessableError(parsed.issues);
  }
  const { engine, admission, file } = requireModel(deps);
  const plan = planChat(parsed.value, engine);
  const signal = clientSignal(reply.raw, deps.shutdown);
  const completions = await sequences({ ...deps, engine, admission }, plan, signal);
  const outcomes = completions.map(({ outcome }) => outcome);
  void reply.headers(answerHeaders(file, outcomes));
  return { Result: completions.map(({ text }) => presented(plan, text)).join('') };
}

/** One after the other, so that one request never holds more than one sequence of the engine. */
async function sequences(deps: GenerationDeps, plan: ChatPlan, signal: AbortSignal): Promise<readonly Completion[]> {
  const completions: Completion[] = [];
  while (completions.length < plan.sequences) {
    completions.push(await complete(deps, plan.request, signal));
  }
  return completions;
}
