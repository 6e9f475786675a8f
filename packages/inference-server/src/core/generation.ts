import type { Admission } from './admission.ts';
import { GenerationRun } from './generation-run.ts';
import type { GenerationRequest, Outcome } from './generation-request.ts';
import type { Engine, Metrics } from './ports.ts';

export interface GenerationDeps {
  readonly engine: Engine;
  readonly admission: Admission;
  readonly metrics: Metrics;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

/** The pieces of an answer, in order, and what became of it. */
export type Generation = AsyncGenerator<string, Outcome, void>;

/** Runs one request from the queue to its last token, and tells the metrics however it ends. */
export async function* generate(deps: GenerationDeps, request: GenerationRequest, signal: AbortSignal): Generation {
  const run = new GenerationRun(deps.now, request);
  const leave = await enter(deps, signal);
  run.started();
  try {
    for await (const event of deps.engine.generate(request, signal)) {
      if (event.kind === 'prompt') {
        run.cachedTokens = event.cachedTokens;
        continue;
      }
      yield* unlessEmpty(run.take(event.text, event.tokens));
      if (run.reason !== undefined) {
        break;
      }
    }
    signal.throwIfAborted();
    yield* unlessEmpty(run.finish());
    return run.outcome();
  } catch (error) {
    run.failed = true;
    throw error;
  } finally {
    leave();
    deps.metrics.observe(run.record(signal.aborted));
  }
}

function unlessEmpty(text: string): readonly string[] {
  return text === '' ? [] : [text];
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
  const pieces = generate(deps, request, signal);
  let text = '';
  let next = await pieces.next();
  while (next.done !== true) {
    text += next.value;
    next = await pieces.next();
  }
  return { text, outcome: next.value };
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
