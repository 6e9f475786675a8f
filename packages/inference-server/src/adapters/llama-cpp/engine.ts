import type {
  ChatWrapper,
  EvaluationPriority,
  LlamaContext,
  LlamaModel,
  SequenceEvaluateOptions,
  Token,
} from 'node-llama-cpp';

import { priorityOf } from '../../core/batch-order.ts';
import type { BatchOrder } from '../../core/batch-order.ts';
import { RequestError } from '../../core/errors.ts';
import type { Engine, EngineEvent, EngineRequest, Prompt, Sampling } from '../../core/ports.ts';
import { chatTokens } from './chat-prompt.ts';
import { keepCommonBeginning } from './lanes.ts';
import type { Lane, Lanes } from './lanes.ts';
import { TextDecoder } from './text-decoder.ts';

/** Prompt tokens between two looks at the signal. */
const PREFILL_CHUNK = 256;

export interface EngineParts {
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  readonly lanes: Lanes;
  readonly order: BatchOrder;
  readonly chatTemplate: ChatWrapper;
  readonly contextSize: number;
  readonly randomSeed: () => number;
}

/** A model in llama.cpp, in this process. */
export class LlamaEngine implements Engine {
  readonly modelName?: string;
  readonly contextSize: number;
  readonly maxSequences: number;
  readonly #parts: EngineParts;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.contextSize = parts.contextSize;
    this.maxSequences = parts.context.totalSequences;
    const { name } = parts.model.fileInfo.metadata.general;
    if (name !== undefined) {
      this.modelName = name;
    }
  }

  encode(prompt: Prompt): readonly number[] {
    const { model, chatTemplate } = this.#parts;
    const tokens =
      prompt.kind === 'text' ? model.tokenize(prompt.text, true) : chatTokens(chatTemplate, model, prompt.messages);
    const { bos, shouldPrependBosToken } = model.tokens;
    if (shouldPrependBosToken && bos !== null && tokens[0] !== bos) {
      tokens.unshift(bos);
    }
    if (tokens.length === 0) {
      throw new RequestError('Invalid', 'the prompt is empty', 'prompt');
    }
    return tokens;
  }

  async *generate(request: EngineRequest, signal: AbortSignal): AsyncGenerator<EngineEvent, void, void> {
    const { lanes, order } = this.#parts;
    const tokens = request.tokens.filter(isToken);
    const lane = lanes.take(tokens);
    try {
      const cachedTokens = await keepCommonBeginning(lane, tokens);
      yield { kind: 'prompt', cachedTokens };
      order.enter(lane.number);
      const rest = await prefill(lane, tokens.slice(cachedTokens), signal);
      yield* this.#answer(lane, tokens, rest, { request, signal });
    } finally {
      order.leave(lane.number);
      lanes.give(lane);
    }
  }

  async *#answer(
    lane: Lane,
    prompt: readonly Token[],
    rest: Token[],
    { request, signal }: { readonly request: EngineRequest; readonly signal: AbortSignal },
  ): AsyncGenerator<EngineEvent, void, void> {
    const decoder = new TextDecoder(this.#parts.model, prompt);
    const generated: Token[] = [];
    const options = this.#options(request, lane, () =>
      request.sampling.repetitionPenalty === 1 ? generated : [...prompt, ...generated],
    );
    for await (const token of lane.sequence.evaluate(rest, options)) {
      if (signal.aborted) {
        return;
      }
      generated.push(token);
      yield { kind: 'tokens', text: decoder.push(token), tokens: [token] };
    }
  }

  #options(request: EngineRequest, lane: Lane, punished: () => Token[]): SequenceEvaluateOptions {
    const { temperature, topK, topP, minP, seed = this.#parts.randomSeed() } = request.sampling;
    return {
      temperature,
      topK,
      topP,
      minP,
      seed: seed >>> 0,
      yieldEogToken: request.ignoreEnd,
      ...prioritised(lane),
      ...(isNeutral(request.sampling) ? {} : { repeatPenalty: this.#penalty(request.sampling, punished) }),
    };
  }

  #penalty(sampling: Sampling, punishTokens: () => Token[]): NonNullable<SequenceEvaluateOptions['repeatPenalty']> {
    return {
      punishTokens,
      maxPunishTokens: this.contextSize,
      penalty: sampling.repetitionPenalty,
      presencePenalty: sampling.presencePenalty,
      frequencyPenalty: sampling.frequencyPenalty,
    };
  }

  cacheUsage(): number {
    return this.#parts.lanes.tokensInUse / (this.contextSize * this.maxSequences);
  }

  async close(): Promise<void> {
    await this.#parts.context.dispose();
    await this.#parts.model.dispose();
  }
}

/** Computes all of the prompt but its last part, in pieces, so that it can be given up between them. */
async function prefill(lane: Lane, tokens: readonly Token[], signal: AbortSignal): Promise<Token[]> {
  let rest = [...tokens];
  while (rest.length > PREFILL_CHUNK) {
    signal.throwIfAborted();
    await lane.sequence.evaluateWithoutGeneratingNewTokens(rest.slice(0, PREFILL_CHUNK), prioritised(lane));
    rest = rest.slice(PREFILL_CHUNK);
  }
  signal.throwIfAborted();
  return rest;
}

function isNeutral({ repetitionPenalty, presencePenalty, frequencyPenalty }: Sampling): boolean {
  return repetitionPenalty === 1 && presencePenalty === 0 && frequencyPenalty === 0;
}

/** Tells the engine's queue, in its own way, which sequence is meant. */
export function prioritised(lane: Lane): { evaluationPriority?: EvaluationPriority } {
  const evaluationPriority = priorityOf(lane.number);
  return isPriority(evaluationPriority) ? { evaluationPriority } : {};
}

/** The declared type names five numbers; the library passes any number through (BatchOrder needs that). */
function isPriority(value: number): value is EvaluationPriority {
  return value <= 5;
}

function isToken(value: number): value is Token {
  return Number.isInteger(value);
}
