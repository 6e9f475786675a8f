/** The numbers of threads worth trying: one, half, all but one, all. */
export function threadCandidates(cores: number): readonly number[] {
  const all = Math.max(1, Math.floor(cores));
  return [...new Set([1, Math.floor(all / 2), all - 1, all])].filter((count) => count >= 1).toSorted((a, b) => a - b);
}

export interface ThreadTrial {
  readonly threads: number;
  readonly stepsMs: readonly number[];
}

/**
 * The number of threads with the best median step. More threads must earn their place: where as many threads
 * spin as there are cores, any other work on the machine stops them all, and a step takes a hundred times as long.
 */
export function bestThreads(trials: readonly ThreadTrial[]): ThreadTrial | undefined {
  const sorted = trials.filter(({ stepsMs }) => stepsMs.length > 0).toSorted((a, b) => a.threads - b.threads);
  return sorted.reduce<ThreadTrial | undefined>(
    (best, trial) => (best === undefined || median(trial.stepsMs) < median(best.stepsMs) * WORTHWHILE ? trial : best),
    undefined,
  );
}

const WORTHWHILE = 0.9;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
