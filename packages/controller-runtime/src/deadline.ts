import type { Clock } from './clock.ts';

export interface Deadline {
  /** It no longer matters whether the time passes. */
  cancel(): void;
}

/** Calls `onPassed` when `ms` have passed, unless cancelled before. */
export function deadline(clock: Clock, ms: number, onPassed: () => void): Deadline {
  const timer = new AbortController();
  clock.sleep(ms, timer.signal).then(onPassed, () => undefined);
  return {
    cancel: () => {
      timer.abort();
    },
  };
}

/** Runs `attempt` with a signal that aborts with `signal`, or after `ms`. */
export async function withTimeout<R>(
  { clock, ms }: { readonly clock: Clock; readonly ms: number },
  signal: AbortSignal | undefined,
  attempt: (signal: AbortSignal) => Promise<R>,
): Promise<R> {
  const own = new AbortController();
  const stop = (): void => {
    own.abort(signal?.reason);
  };
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) {
    stop();
  }
  const timer = deadline(clock, ms, () => {
    own.abort(new Error(`no answer within ${ms} ms`));
  });
  try {
    return await attempt(own.signal);
  } finally {
    timer.cancel();
    signal?.removeEventListener('abort', stop);
  }
}
