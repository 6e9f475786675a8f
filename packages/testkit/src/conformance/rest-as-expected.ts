import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

const DEADLINE_MS = 90_000;
/** For what comes after a difference. */
const LOST_DEADLINE_MS = 500;
const POLL_MS = 25;
/** Looks in a row that show the same: what only passes by does not count. */
const LOOKS = 3;

export interface Look {
  /** The how manieth thing that the scenario shows, from 0. */
  readonly at: number;
  /** For what takes that long even where all else is quick. */
  readonly afterMs?: number;
  /** Equal looks in a row that suffice. */
  readonly looks?: number;
}

/**
 * Shows what a real thing has come to, which says nowhere that it rests: what was expected, once it is so and stays
 * so, or what there is in its place when time is up.
 */
export function restAsExpected(expected: readonly unknown[]) {
  let isLost = false;
  return async (project: () => Promise<unknown>, { afterMs = 0, at, looks = LOOKS }: Look): Promise<unknown> => {
    const wanted = expected[at];
    const deadline = performance.now() + (isLost ? LOST_DEADLINE_MS : DEADLINE_MS) + afterMs;
    for (let seen = await project(), same = 0; ; seen = await project()) {
      same = isDeepStrictEqual(seen, wanted) ? same + 1 : 0;
      isLost ||= performance.now() > deadline;
      if (same >= looks || performance.now() > deadline) {
        return seen;
      }
      await sleep(POLL_MS);
    }
  };
}
