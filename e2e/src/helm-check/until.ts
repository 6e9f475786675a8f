import { setTimeout as sleep } from 'node:timers/promises';

import { ExpectationError } from './expectation.ts';

const POLL_MS = 200;
const DEADLINE_MS = 180_000;

/** What `look` finds once it finds something; says what was waited for when it takes too long. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  signal: AbortSignal,
): Promise<NonNullable<T>> {
  for (const deadline = performance.now() + DEADLINE_MS; performance.now() < deadline;) {
    const found = await look();
    if (found !== undefined && found !== null) {
      return found;
    }
    await sleep(POLL_MS, undefined, { signal });
  }
  throw new ExpectationError(`waited ${DEADLINE_MS / 1000} s for ${what}`);
}
