import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '@kaito/testkit';
import * as fc from 'fast-check';

import { WorkQueue } from './work-queue.ts';

const { signal } = new AbortController();
let clock: FakeClock;
let queue: WorkQueue;
let depths: number[];

beforeEach(() => {
  clock = new FakeClock();
  depths = [];
  queue = new WorkQueue({ clock, onDepth: (depth) => depths.push(depth) });
});

describe('WorkQueue', () => {
  it('gives a key once, however often it was added, in the order of the first time', async () => {
    for (const key of ['b', 'a', 'b', 'a']) {
      queue.add(key);
    }
    expect([await queue.next(signal), await queue.next(signal), queue.depth]).toEqual(['b', 'a', 0]);
    expect(depths).toEqual([1, 2, 2, 2, 1, 0]);
  });

  it('never gives a key to two workers, and gives it again when it was added meanwhile', async () => {
    queue.add('a');
    await queue.next(signal);
    queue.add('a');
    expect(queue.depth).toBe(0);
    queue.done('a');
    expect(await queue.next(signal)).toBe('a');
  });

  it('wakes one waiting worker per key', async () => {
    const first = queue.next(signal);
    const second = queue.next(signal);
    queue.add('a');
    queue.add('b');
    expect([await first, await second]).toEqual(['a', 'b']);
  });

  it('lets a waiting worker go when its signal aborts, and the others wait on', async () => {
    const stop = new AbortController();
    const gone = queue.next(stop.signal);
    const staying = queue.next(signal);
    stop.abort();
    queue.add('a');
    expect([await gone, await staying, await queue.next(stop.signal)]).toEqual([undefined, 'a', undefined]);
  });

  it('adds a delayed key when its time has come', async () => {
    queue.addAfter('a', 1_000);
    await clock.advance(999);
    expect(queue.depth).toBe(0);
    await clock.advance(1);
    expect(queue.depth).toBe(1);
  });

  it('lets the delay that ends first count', async () => {
    queue.addAfter('a', 1_000);
    queue.addAfter('a', 5_000);
    queue.addAfter('b', 5_000);
    queue.addAfter('b', 1_000);
    await clock.advance(1_000);
    expect(queue.depth).toBe(2);
    expect(clock.sleeperCount).toBe(0);
  });

  it('is not disturbed by a clock that is set back', async () => {
    queue.addAfter('a', 1_000);
    clock.step(-3_600_000);
    await clock.advance(1_000);
    expect(queue.depth).toBe(1);
  });

  it('drops the delay of a key that is taken up before', async () => {
    queue.addAfter('a', 1_000);
    queue.add('a');
    await queue.next(signal);
    queue.done('a');
    await clock.advance(10_000);
    expect(queue.depth).toBe(0);
  });

  it('turns delays into waiting keys when it stops them', async () => {
    queue.addAfter('a', 1_000);
    queue.stopDelays();
    await clock.settle();
    expect([queue.depth, clock.sleeperCount]).toEqual([1, 0]);
  });

  it('counts failures in a row', () => {
    expect([queue.failed('a'), queue.failed('a'), queue.failed('b')]).toEqual([1, 2, 1]);
    queue.forget('a');
    expect(queue.failed('a')).toBe(1);
  });

  it('loses no key and runs none twice at a time, in any order of events', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), key: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ kind: fc.constant('addAfter' as const), key: fc.constantFrom('a', 'b', 'c'), ms: fc.nat(5_000) }),
      fc.record({ kind: fc.constant('take' as const) }),
      fc.record({ kind: fc.constant('done' as const) }),
      fc.record({ kind: fc.constant('advance' as const), ms: fc.nat(5_000) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        expect(await runModel(steps)).toEqual({ owed: [], runTwiceAtATime: [], sleeperCount: 0 });
      }),
      { numRuns: 300 },
    );
  });
});

type Step =
  | { readonly kind: 'add'; readonly key: string }
  | { readonly kind: 'addAfter'; readonly key: string; readonly ms: number }
  | { readonly kind: 'take' | 'done' }
  | { readonly kind: 'advance'; readonly ms: number };

/** Every add must be followed by a run of its key that begins after it; delays are over in the end. */
async function runModel(steps: readonly Step[]): Promise<object> {
  const time = new FakeClock();
  const tested = new WorkQueue({ clock: time });
  const running: string[] = [];
  const runTwiceAtATime: string[] = [];
  const owed = new Set<string>();
  const take = async (): Promise<void> => {
    if (tested.depth > 0) {
      const key = (await tested.next(signal)) ?? '';
      if (running.includes(key)) {
        runTwiceAtATime.push(key);
      }
      running.push(key);
      owed.delete(key);
    }
  };
  const done = (): void => {
    const key = running.shift();
    if (key !== undefined) {
      tested.done(key);
    }
  };
  for (const step of steps) {
    switch (step.kind) {
      case 'add':
        owed.add(step.key);
        tested.add(step.key);
        break;
      case 'addAfter':
        owed.add(step.key);
        tested.addAfter(step.key, step.ms);
        break;
      case 'take':
        await take();
        break;
      case 'done':
        done();
        break;
      case 'advance':
        await time.advance(step.ms);
        break;
      default:
        step satisfies never;
    }
  }
  await time.advance(5_000);
  while (running.length > 0 || tested.depth > 0) {
    done();
    await take();
  }
  return { owed: [...owed], runTwiceAtATime, sleeperCount: time.sleeperCount };
}
