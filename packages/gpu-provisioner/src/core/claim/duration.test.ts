import { describe, expect, it } from '@jest/globals';

import { durationMs } from './duration.ts';

describe('durationMs', () => {
  it.each([
    ['30s', 30_000],
    ['720h', 2_592_000_000],
    ['1h30m5s', 5_405_000],
    ['0s', 0],
  ])('reads %s', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  it.each([undefined, 'Never'])('is none for %s', (text) => {
    expect(durationMs(text)).toBeUndefined();
  });
});
