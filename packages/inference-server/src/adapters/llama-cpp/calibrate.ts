import type { Llama, LlamaContextSequence, Token } from 'node-llama-cpp';

import { bestThreads, median } from '../../core/threads.ts';
import type { ThreadTrial } from '../../core/threads.ts';

const STEPS = 6;
/** A slow model is not measured longer than this per number of threads. */
const LIMIT_MS = 600;
/** So much slower than the best so far is not worth measuring to the end. */
const HOPELESS = 4;

/** Computes a few tokens with each number of threads and keeps the fastest. */
export async function calibrateThreads(
  llama: Llama,
  sequence: LlamaContextSequence,
  candidates: readonly number[],
  now: () => number,
): Promise<ThreadTrial | undefined> {
  const [first = sequence.model.tokens.eos] = sequence.model.tokenize('a');
  if (candidates.length < 2 || first === null) {
    return undefined;
  }
  const trials: ThreadTrial[] = [];
  for (const threads of candidates) {
    llama.maxThreads = threads;
    const best = Math.min(...trials.map(({ stepsMs }) => median(stepsMs)));
    trials.push({ threads, stepsMs: await steps(sequence, first, best * HOPELESS, now) });
    await sequence.clearHistory();
  }
  const chosen = bestThreads(trials);
  llama.maxThreads = chosen?.threads ?? 1;
  return chosen;
}

async function steps(
  sequence: LlamaContextSequence,
  first: Token,
  tooSlowMs: number,
  now: () => number,
): Promise<readonly number[]> {
  const startedAt = now();
  const times: number[] = [];
  let last = startedAt;
  for await (const _ of sequence.evaluate([first], { temperature: 0, yieldEogToken: true })) {
    const at = now();
    times.push(at - last);
    last = at;
    const isHopeless = times.length > 2 && median(times.slice(1)) > tooSlowMs;
    if (times.length > STEPS || isHopeless || at - startedAt > LIMIT_MS) {
      break;
    }
  }
  // The first step also starts the threads and reads the weights from disk.
  return times.length > 1 ? times.slice(1) : times;
}
