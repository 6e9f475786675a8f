import type { Admission } from './admission.ts';
import { GenerationRun } from './generation-run.ts';
import type { Engine, Metrics, Sampling } from './ports.ts';

export interface GenerationRequest {
  readonly tokens: readonly number[];
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly stops: readonly string[];
  readonly stopTokens: readonly number[];
  readonly ignoreEnd: boolean;
}

export interface Outcome {
  readonly reason: 'stop' | 'length';
  /** The stop string or token that ended it; absent when the model ended by itself or the limit did. */
  readonly stoppedBy?: string | number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
  /** Of the answer alone, without the time that the prompt took. */
  readonly tokensPerSecond: number;
}

export type GenerationEvent =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'finished'; readonly outcome: Outcome };

export interface GenerationDeps {
  readonly engine: Engine;
  readonly admission: Admission;
  readonly metrics: Metrics;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

/** Runs one request from the queue to its last token, and tells the metrics however it ends. */
export async function* generate(
  deps: GenerationDeps,
  request: GenerationRequest,
  signal: AbortSignal,
): AsyncGenerator<GenerationEvent, void, void> {
  const run = new GenerationRun(deps.now, request);
  const leave = await enter(deps, signal);
  run.started();
  try {
    for await (const event of deps.engine.generate(request, signal)) {
      if (event.kind === 'prompt') {
        run.cachedTokens = event.cachedTokens;
        continue;
      }
      const text = run.take(event.text, event.tokens);
      if (text !== '') {
        yield { kind: 'text', text };
      }
      if (run.reason !== undefined) {
        break;
      }
    }
    signal.throwIfAborted();
    const rest = run.finish();
    if (rest !== '') {
      yield { kind: 'text', text: rest };
    }
    yield { kind: 'finished', outcome: run.outcome() };
  } catch (error) {
    run.failed = true;
    throw error;
  } finally {
    leave();
    deps.metrics.observe(run.record(signal.aborted));
  }
}

export interface Completion {
  readonly text: string;
  readonly outcome: Outcome;
}

/** The whole answer at once. */
export async function complete(
  deps: GenerationDeps,
  request: GenerationRequest,
  signal: AbortSignal,
): Promise<Completion> {
  let text = '';
  for await (const event of generate(deps, request, signal)) {
    if (event.kind === 'finished') {
      return { text, outcome: event.outcome };
    }
    text += event.text;
  }
  throw new Error('the generation ended without an outcome');
}

async function enter(deps: GenerationDeps, signal: AbortSignal): Promise<() => void> {
  try {
    return await deps.admission.enter(signal);
  } catch (error) {
    if (!signal.aborted) {
      deps.metrics.rejected();
    }
    throw error;
  }
}
