import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '@kaito/testkit';

import { Rounds } from './rounds.ts';

let clock: FakeClock;
let rounds: Rounds;
let stop: AbortController;
let at: number[];

beforeEach(() => {
  clock = new FakeClock();
  rounds = new Rounds(clock);
  stop = new AbortController();
  at = [];
});

afterEach(() => {
  stop.abort(new Error('stopping'));
});

describe('rounds', () => {
  it('follow each other after the time that each asks for, until they are stopped', async () => {
    const running = rounds.run(async () => takeDown([0, 500, 1_000]), stop.signal);
    await clock.advance(1_500);
    expect(at).toEqual([0, 0, 500, 1_500]);
    stop.abort(new Error('stopping'));
    await expect(running).resolves.toBeUndefined();
  });

  it('begin at once when they are woken', async () => {
    void rounds.run(async () => takeDown([]), stop.signal);
    await clock.advance(300);
    rounds.wake();
    await clock.settle();
    expect(at).toEqual([0, 300]);
  });

  it('do not sleep after they were woken in the midst of one', async () => {
    void rounds.run(async () => {
      if (at.length === 0) {
        rounds.wake();
      }
      return takeDown([]);
    }, stop.signal);
    await clock.settle();
    expect(at).toEqual([0, 0]);
  });

  it('end with the error of one', async () => {
    const running = rounds.run(async () => Promise.reject(new Error('broken')), stop.signal);
    await expect(running).rejects.toThrow('broken');
  });
});

const start = new FakeClock().now().getTime();

/** When it was done; asks for these pauses, and then for a long one. */
async function takeDown(pauses: readonly number[]): Promise<number> {
  at.push(clock.now().getTime() - start);
  return Promise.resolve(pauses[at.length - 1] ?? 60_000);
}
