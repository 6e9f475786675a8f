import { describe, expect, test } from '@jest/globals';

import { ThreadGovernor } from './thread-governor.ts';

/** Computes steps on a machine whose step time is a function of threads and number of the step. */
function run(
  governor: ThreadGovernor,
  count: number,
  machine: { readonly stepMs: (threads: number, step: number) => number; readonly width?: (step: number) => number },
): readonly number[] {
  let atMs = 0;
  return Array.from({ length: count }, (_, step) => {
    const threads = governor.next(machine.width?.(step) ?? 1, atMs);
    atMs += machine.stepMs(threads, step);
    return threads;
  });
}

function isBusy(step: number): boolean {
  return step >= 1000 && step < 2000;
}

describe('ThreadGovernor', () => {
  test('finds the better number of threads', () => {
    const used = run(new ThreadGovernor([1, 2], 1), 200, { stepMs: (threads) => 10 / threads });
    expect(used.slice(0, 60).every((threads) => threads === 1)).toBe(true);
    expect(used.slice(-40).every((threads) => threads === 2)).toBe(true);
  });

  test('tries in vain more and more seldom', () => {
    const used = run(new ThreadGovernor([1, 2], 1), 5000, { stepMs: (threads) => 10 * threads });
    const share = used.filter((threads) => threads === 2).length / used.length;
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(0.02);
  });

  test('gives up a hopeless trial after a few steps', () => {
    const used = run(new ThreadGovernor([1, 2], 1), 100, { stepMs: (threads) => (threads === 2 ? 500 : 10) });
    expect(used.filter((threads) => threads === 2)).toHaveLength(3);
  });

  test('lets go of threads within a few steps when other work needs the cores, and takes them back', () => {
    const used = run(new ThreadGovernor([1, 2], 2), 4500, {
      stepMs: (threads, step) => (threads === 1 ? 10 : isBusy(step) ? 100 : 5),
    });
    expect(used.slice(900, 1000).filter((threads) => threads === 1).length).toBeLessThan(8);
    const busy = used.slice(1030, 2000);
    expect(busy.filter((threads) => threads === 2).length / busy.length).toBeLessThan(0.05);
    expect(used.slice(-50).every((threads) => threads === 2)).toBe(true);
  });

  test('compares only steps of the same kind', () => {
    // With every second step of another width nothing can be told, so nothing is changed.
    const used = run(new ThreadGovernor([1, 2], 1), 500, {
      stepMs: (threads) => 10 / threads,
      width: (step) => step % 2,
    });
    expect(used.every((threads) => threads === 1)).toBe(true);
  });

  test('has nothing to try with one candidate', () => {
    const used = run(new ThreadGovernor([1], 1), 500, { stepMs: () => 10 });
    expect(used.every((threads) => threads === 1)).toBe(true);
  });

  test('tries every other number in turn', () => {
    const used = run(new ThreadGovernor([1, 2, 3, 4], 2), 3000, { stepMs: (threads) => (threads === 4 ? 5 : 10) });
    expect(used.at(-1)).toBe(4);
  });
});
