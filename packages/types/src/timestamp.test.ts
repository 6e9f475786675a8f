import { describe, expect, it } from '@jest/globals';

import { timestamp, timestampMs } from './timestamp.ts';

describe('timestamp', () => {
  it('is what the API server writes: whole seconds, UTC', () => {
    expect(timestamp(1_767_225_600_900)).toBe('2026-01-01T00:00:00Z');
  });

  it('reads back what it wrote, and micro-times', () => {
    expect(timestampMs('2026-01-01T00:00:00Z')).toBe(1_767_225_600_000);
    expect(timestampMs('2026-01-01T00:00:00.900000Z')).toBe(1_767_225_600_900);
  });

  it('says so when a text is no time', () => {
    expect(timestampMs('yesterday')).toBeUndefined();
  });
});
