import * as z from 'zod';

import { RequestError } from '../core/errors.ts';
import type { CompletionRequest } from '../core/openai.ts';
import type { ChatMessage, Sampling } from '../core/ports.ts';

const TextPart = z.object({ type: z.literal('text'), text: z.string() });

const Message = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: z.union([z.string(), z.array(TextPart)], { error: 'expected a string or a list of text parts' }).nullish(),
});

const Switch = z.boolean().nullish();
const penalty = z.number().min(-2).max(2).nullish();

const Body = z.object({
  model: z.string().nullish(),
  messages: z.array(Message).min(1),
  stream: Switch,
  stream_options: z.object({ include_usage: Switch }).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  top_k: z.int().min(-1).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  seed: z.int().nullish(),
  stop: z.union([z.string(), z.array(z.string())], { error: 'expected a string or a list of strings' }).nullish(),
  stop_token_ids: z.array(z.int()).nullish(),
  n: z.int().nullish(),
  presence_penalty: penalty,
  frequency_penalty: penalty,
  repetition_penalty: z.number().gt(0).nullish(),
  ignore_eos: Switch,
  logprobs: Switch,
  tools: z.array(z.unknown()).nullish(),
  response_format: z.object({ type: z.string() }).nullish(),
});
type Body = z.infer<typeof Body>;

export interface ParsedCompletion {
  readonly model?: string;
  readonly isStream: boolean;
  readonly includesUsage: boolean;
  readonly request: CompletionRequest;
}

/** Reads a chat completion request; fields it does not know are ignored, fields it cannot follow are refused. */
export function parseCompletion(raw: unknown): ParsedCompletion {
  const parsed = Body.safeParse(raw);
  if (!parsed.success) {
    throw invalid(parsed.error);
  }
  const body = parsed.data;
  refuseUnsupported(body);
  return {
    ...(typeof body.model === 'string' && body.model !== '' ? { model: body.model } : {}),
    isStream: body.stream ?? false,
    includesUsage: body.stream_options?.include_usage ?? false,
    request: completionRequest(body),
  };
}

function invalid(error: z.ZodError): RequestError {
  const [first] = error.issues;
  const param = first?.path.join('.') ?? '';
  const text = error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ');
  return new RequestError('Invalid', text, param === '' ? undefined : param);
}

function refuseUnsupported(body: Body): void {
  const refusals: readonly (readonly [boolean, string])[] = [
    [(body.n ?? 1) !== 1, 'n'],
    [body.logprobs === true, 'logprobs'],
    [(body.tools ?? []).length > 0, 'tools'],
    [(body.response_format?.type ?? 'text') !== 'text', 'response_format'],
  ];
  const refused = refusals.find(([isAsked]) => isAsked)?.[1];
  if (refused !== undefined) {
    const only = refused === 'n' ? ': only 1 is supported by this server' : ': not supported by this server';
    throw new RequestError('Invalid', `${refused}${only}`, refused);
  }
}

function completionRequest(body: Body): CompletionRequest {
  const maxTokens = body.max_completion_tokens ?? body.max_tokens;
  return {
    messages: body.messages.map(messageOf),
    ...(typeof maxTokens === 'number' ? { maxTokens } : {}),
    sampling: {
      ...samplingOf(body),
      ...penaltiesOf(body),
      ...(typeof body.seed === 'number' ? { seed: body.seed } : {}),
    },
    stops: typeof body.stop === 'string' ? [body.stop] : (body.stop ?? []),
    stopTokens: body.stop_token_ids ?? [],
    ignoreEnd: body.ignore_eos ?? false,
  };
}

function samplingOf(body: Body): Pick<Sampling, 'temperature' | 'topK' | 'topP' | 'minP'> {
  return {
    temperature: body.temperature ?? 1,
    topK: Math.max(0, body.top_k ?? 0),
    topP: body.top_p ?? 1,
    minP: body.min_p ?? 0,
  };
}

function penaltiesOf(body: Body): Pick<Sampling, 'repetitionPenalty' | 'presencePenalty' | 'frequencyPenalty'> {
  return {
    repetitionPenalty: body.repetition_penalty ?? 1,
    presencePenalty: body.presence_penalty ?? 0,
    frequencyPenalty: body.frequency_penalty ?? 0,
  };
}

function messageOf({ role, content }: z.infer<typeof Message>): ChatMessage {
  const text = typeof content === 'string' ? content : (content ?? []).map((part) => part.text).join('');
  return { role: role === 'developer' ? 'system' : role, content: text };
}
