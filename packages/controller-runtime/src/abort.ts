import type { Clock } from './clock.ts';

/** Asks the signal anew each time; the compiler would take an earlier answer for still true. */
export function hasAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Sleeps for `ms`, or until the signal aborts: the caller looks at the signal next. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  await clock.sleep(ms, signal).catch(() => undefined);
}
