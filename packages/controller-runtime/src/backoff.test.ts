import { describe, expect, it } from '@jest/globals';

import { atLeast, backoffMs } from './backoff.ts';

const backoff = { baseMs: 1_000, maxMs: 60_000 };

describe('backoffMs', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [6, 32_000],
    [7, 60_000],
    [1_000_000, 60_000],
  ])('waits after %d failures for %d ms in the middle', (failures, delayMs) => {
    expect(backoffMs(backoff, failures, () => 0.5)).toBe(delayMs);
  });

  it('spreads by a quarter to both sides', () => {
    expect([backoffMs(backoff, 1, () => 0), backoffMs(backoff, 1, () => 1)]).toEqual([750, 1_250]);
  });
});

describe('atLeast', () => {
  it('never comes before what was asked for', () => {
    expect([atLeast(1_000, () => 0), atLeast(1_000, () => 1)]).toEqual([1_000, 1_250]);
  });
});
