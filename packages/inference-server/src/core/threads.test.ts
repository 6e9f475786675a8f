import { describe, expect, test } from '@jest/globals';

import { bestThreads, median, threadCandidates } from './threads.ts';

describe('threadCandidates', () => {
  test.each([
    [1, [1]],
    [2, [1, 2]],
    [4, [1, 2, 3, 4]],
    [16, [1, 8, 15, 16]],
    [1.5, [1]],
    [0, [1]],
  ])('of %d cores are %j', (cores, expected) => {
    expect(threadCandidates(cores)).toEqual(expected);
  });
});

describe('bestThreads', () => {
  test('takes the best median, not the best step', () => {
    const spinning = { threads: 2, stepsMs: [0.3, 20, 32, 0.4, 24] };
    const steady = { threads: 1, stepsMs: [0.5, 0.5, 0.6, 0.5, 0.5] };
    expect(bestThreads([spinning, steady])).toBe(steady);
  });

  test('takes more threads only for more than a tenth', () => {
    expect(
      bestThreads([
        { threads: 1, stepsMs: [10] },
        { threads: 2, stepsMs: [9.5] },
      ])?.threads,
    ).toBe(1);
    expect(
      bestThreads([
        { threads: 1, stepsMs: [10] },
        { threads: 2, stepsMs: [8] },
      ])?.threads,
    ).toBe(2);
  });

  test('knows nothing without a measurement', () => {
    expect(bestThreads([{ threads: 1, stepsMs: [] }])).toBeUndefined();
  });
});

describe('median', () => {
  test('is the middle, or the middle of the two middle ones', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});
