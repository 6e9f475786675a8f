import { RequestError } from './errors.ts';
import type { GenerationRequest, Outcome } from './generation-request.ts';
import type { ChatMessage, Prompt, Sampling } from './ports.ts';

/** A chat completion request, as far as the engine is concerned. */
export interface CompletionRequest {
  readonly messages: readonly ChatMessage[];
  readonly maxTokens?: number;
  readonly sampling: Sampling;
  readonly stops: readonly string[];
  readonly stopTokens: readonly number[];
  readonly ignoreEnd: boolean;
}

export function planCompletion(
  request: CompletionRequest,
  encoder: { readonly contextSize: number; encode(prompt: Prompt): readonly number[] },
): GenerationRequest {
  const { messages, maxTokens, ...rest } = request;
  const tokens = encoder.encode({ kind: 'chat', messages });
  const { contextSize } = encoder;
  const asked = tokens.length + (maxTokens ?? 1);
  if (asked > contextSize) {
    throw new RequestError(
      'Invalid',
      `This model's maximum context length is ${contextSize} tokens. However, you requested ${asked} tokens ` +
        `(${tokens.length} in the messages, ${maxTokens ?? 1} in the completion). ` +
        'Please reduce the length of the messages or completion.',
      maxTokens === undefined ? 'messages' : 'max_tokens',
    );
  }
  return { ...rest, tokens, maxTokens: maxTokens ?? contextSize - tokens.length };
}

/** What stays the same in every chunk of one answer. */
export interface Envelope {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
}

interface Usage {
  readonly prompt_tokens: number;
  readonly total_tokens: number;
  readonly completion_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
}

function usageOf(outcome: Outcome): Usage {
  return {
    prompt_tokens: outcome.promptTokens,
    total_tokens: outcome.promptTokens + outcome.completionTokens,
    completion_tokens: outcome.completionTokens,
    prompt_tokens_details: { cached_tokens: outcome.cachedTokens },
  };
}

export function completionBody(envelope: Envelope, text: string, outcome: Outcome): object {
  const choice = {
    index: 0,
    message: { role: 'assistant', content: text },
    logprobs: null,
    finish_reason: outcome.reason,
    stop_reason: outcome.stoppedBy ?? null,
  };
  return { ...head(envelope, 'chat.completion'), choices: [choice], usage: usageOf(outcome) };
}

/** The chunks of a streamed answer: role, text, reason, then usage when it was asked for. */
export const chunks = {
  role: (envelope: Envelope): object => chunk(envelope, { delta: { role: 'assistant', content: '' } }),
  text: (envelope: Envelope, text: string): object => chunk(envelope, { delta: { content: text } }),
  end: (envelope: Envelope, outcome: Outcome): object =>
    chunk(envelope, { delta: {}, finish_reason: outcome.reason, stop_reason: outcome.stoppedBy ?? null }),
  usage: (envelope: Envelope, outcome: Outcome): object => ({
    ...head(envelope, 'chat.completion.chunk'),
    choices: [],
    usage: usageOf(outcome),
  }),
} as const;

function chunk(envelope: Envelope, choice: object): object {
  return {
    ...head(envelope, 'chat.completion.chunk'),
    choices: [{ index: 0, logprobs: null, finish_reason: null, ...choice }],
  };
}

function head(envelope: Envelope, object: string): object {
  return { id: envelope.id, object, created: envelope.created, model: envelope.model };
}

export function serverSentEvent(data: object | '[DONE]'): string {
  return `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}
