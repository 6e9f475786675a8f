import { describe, expect, it } from '@jest/globals';

import { NOW, secondsAgo } from '../../../test/builders.ts';
import { settings } from '../../../test/settings.ts';
import { allowedAgainAt, readAttempts, recentAttempts, retryDelayMs, withAttempt } from './attempts.ts';

describe('the attempts of a claim', () => {
  it('are read as they were written, and what is no time is not counted', () => {
    const text = withAttempt([secondsAgo(60)], NOW);
    expect(text).toBe('2026-01-01T00:59:00.000Z 2026-01-01T01:00:00.000Z');
    expect(readAttempts(text)).toEqual([secondsAgo(60), NOW]);
    expect(readAttempts('yesterday')).toEqual([]);
    expect(readAttempts(undefined)).toEqual([]);
  });

  it('are forgotten after an hour', () => {
    expect(recentAttempts([secondsAgo(3600), secondsAgo(3599)], NOW)).toEqual([secondsAgo(3599)]);
    expect(withAttempt([secondsAgo(3600)], NOW)).toBe('2026-01-01T01:00:00.000Z');
  });

  it('are limited to twelve in any hour', () => {
    const attempts = Array.from({ length: 12 }, (_, index) => secondsAgo(3000 - index));
    expect(allowedAgainAt(attempts.slice(1), NOW, settings)).toBeUndefined();
    expect(allowedAgainAt(attempts, NOW, settings)).toEqual(secondsAgo(-600));
  });

  it('come with pauses that double up to a minute', () => {
    expect([0, 1, 2, 3, 6, 7, 50].map((failures) => retryDelayMs(failures, settings))).toEqual([
      1_000, 1_000, 2_000, 4_000, 32_000, 60_000, 60_000,
    ]);
  });
});
