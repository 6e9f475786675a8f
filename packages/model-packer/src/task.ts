import { gigabytes, isTransferError } from '@kaito/oci';

import type { OnChunk } from './bodies.ts';

/** What a person sees while something long goes on. */
export interface Screen {
  /** A line that stays. */
  line(text: string): void;
  /** What goes on at the moment; gone with the next line. */
  status(text: string): void;
}

export interface World {
  readonly screen: Screen;
  readonly signal: AbortSignal;
  /** Milliseconds since some moment. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

const ATTEMPTS = 5;
const QUIET_MS = 2000;
const EVERY_MS = 1000;

/** Says how far it is once two seconds have passed. */
export function progressOf(what: string, totalBytes: number, { screen, now }: World): OnChunk {
  const startedAt = now();
  let doneBytes = 0;
  let nextAt = startedAt + QUIET_MS;
  return ({ length }) => {
    doneBytes += length;
    const at = now();
    if (at < nextAt) {
      return;
    }
    nextAt = at + EVERY_MS;
    const perSecond = Math.round((doneBytes * 1000) / (at - startedAt));
    screen.status(`${what}: ${gigabytes(doneBytes)} of ${gigabytes(totalBytes)}, ${gigabytes(perSecond)}/s`);
  };
}

/** Tries again what fails for a reason that passes, and says so. */
export async function patiently<T>(world: World, attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isTransferError(error) || !error.isTransient || tried === ATTEMPTS) {
        throw error;
      }
      const delayMs = Math.max(error.retryAfterMs ?? 0, 1000 * 2 ** (tried - 1));
      world.screen.line(`${error.message}; again in ${Math.round(delayMs / 1000)} s`);
      await world.sleep(delayMs, world.signal);
    }
  }
}
