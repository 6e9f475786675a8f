import type { Lifecycle, LoadedModel } from './lifecycle.ts';

export interface DrainDeps {
  readonly lifecycle: Lifecycle;
  readonly model: LoadedModel;
  readonly graceMs: number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Gives up the answers that still run. */
  readonly abort: () => void;
}

/** Refuses what comes from here on, and waits for what runs; what takes longer than the grace period is given up. */
export async function drain({ lifecycle, model, graceMs, sleep, abort }: DrainDeps): Promise<void> {
  lifecycle.stopping();
  const idle = model.admission.whenIdle();
  const waiting = new AbortController();
  const grace = sleep(graceMs, waiting.signal).catch(() => undefined);
  await Promise.race([idle, grace]);
  waiting.abort();
  abort();
  await idle;
}
