import { describe, expect, test } from '@jest/globals';

import { backOffAfterExit } from './restart-back-off.ts';
import type { BackOff } from './restart-back-off.ts';

const RULE = { initialMs: 10_000, maxMs: 300_000 };

describe('backOffAfterExit', () => {
  test('restarts at once, then after 10 s, doubling to 5 min', () => {
    const waits: number[] = [];
    let backOff: BackOff | undefined;
    let nowMs = 0;
    for (let exits = 0; exits < 8; exits += 1) {
      const { waitMs, next } = backOffAfterExit(backOff, nowMs, RULE);
      waits.push(waitMs / 1000);
      backOff = next;
      nowMs += waitMs;
    }
    expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
  });

  test('forgives after ten minutes of running', () => {
    const backOff = { delayMs: 160_000, atMs: 0 };
    expect(backOffAfterExit(backOff, 600_000, RULE).waitMs).toBe(160_000);
    expect(backOffAfterExit(backOff, 600_001, RULE).waitMs).toBe(0);
  });
});
