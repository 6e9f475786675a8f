import { describe, expect, it } from '@jest/globals';
import { timestamp } from '@kaito/types';
import type { Attempts } from '@kaito/types';

import { aMachine, aWorkspace, NOW, observed, settings } from '../../../test/builders.ts';
import type { Observed } from '../observed.ts';
import { attemptsAfter, nextAttemptMs, room } from './attempts.ts';

const HOUR = 3600;
const nothing = { made: 0, failure: undefined, isSettled: false, count: 1 };

describe('attemptsAfter', () => {
  it('has nothing to record where nothing was asked for', () => {
    expect(attemptsAfter(observed(), nothing, settings)).toBeUndefined();
    expect(attemptsAfter(observed(), { ...nothing, isSettled: true }, settings)).toBeUndefined();
  });

  it('counts a new claim and says when the next may be made if this one fails', () => {
    expect(attemptsAfter(observed(), { ...nothing, made: 1 }, settings)).toEqual({
      windowStart: '2026-01-01T12:00:00Z',
      count: 1,
      times: ['2026-01-01T12:00:00Z'],
      nextAttempt: '2026-01-01T12:02:00Z',
    });
  });

  it.each([
    [1, '2026-01-01T12:04:00Z'],
    [2, '2026-01-01T12:08:00Z'],
    [3, '2026-01-01T12:10:00Z'],
  ])('waits longer after %i earlier attempts', (earlier, nextAttempt) => {
    const state = withAttempts(Array.from({ length: earlier }, (_, index) => ago(600 + index)));
    expect(attemptsAfter(state, { ...nothing, made: 1 }, settings)).toMatchObject({ count: earlier + 1, nextAttempt });
  });

  it('forgets what is older than an hour when it counts again, and not before', () => {
    const state = withAttempts([ago(2 * HOUR), ago(60)]);
    expect(attemptsAfter(state, nothing, settings)).toMatchObject({ count: 2 });
    expect(attemptsAfter(state, { ...nothing, made: 1 }, settings)).toMatchObject({
      count: 2,
      times: [ago(60), '2026-01-01T12:00:00Z'],
    });
  });

  it('counts a claim whose count a crash has lost', () => {
    const claims = [aMachine('ws1', { metadata: { creationTimestamp: ago(30) } })];
    expect(attemptsAfter(observed({ claims }), nothing, settings)).toMatchObject({ count: 1, times: [ago(30)] });
  });

  it("counts the provisioner's repetitions, once", () => {
    const annotations = { 'kaito.sh/create-attempts': `${ago(50)} ${ago(40)} nonsense` };
    const claims = [aMachine('ws1', { metadata: { annotations, creationTimestamp: ago(51) } })];
    const once = attemptsAfter({ ...withAttempts([ago(51)]), claims }, nothing, settings);
    expect(once).toMatchObject({ count: 2, times: [ago(51), ago(40)] });
    expect(attemptsAfter({ ...withAttempts([ago(51), ago(40)]), claims }, nothing, settings)).toMatchObject({
      count: 2,
    });
  });

  it('counts a repetition once although the provisioner writes milliseconds and the status whole seconds', () => {
    const repeated = timestamp(NOW.getTime() - 40_000).replace('Z', '.123Z');
    const annotations = { 'kaito.sh/create-attempts': `${ago(50)} ${repeated}` };
    const claims = [aMachine('ws1', { metadata: { annotations, creationTimestamp: ago(51) } })];
    const once = attemptsAfter({ ...withAttempts([ago(51)]), claims }, nothing, settings);
    expect(once?.times).toEqual([ago(51), ago(40)]);
    const state = { ...withAttempts([ago(51), ago(40)]), claims };
    expect(attemptsAfter(state, nothing, settings)?.times).toEqual([ago(51), ago(40)]);
  });

  it('comes to rest though claim and repetition fall into one second', () => {
    const annotations = { 'kaito.sh/create-attempts': `${ago(50)} ${ago(50)}` };
    const claims = [aMachine('ws1', { metadata: { annotations, creationTimestamp: ago(50) } })];
    const first = attemptsAfter({ ...withAttempts([ago(50)]), claims }, nothing, settings);
    expect(first?.times).toEqual([ago(50), ago(50)]);
    expect(attemptsAfter({ ...withAttempts(first?.times ?? []), claims }, nothing, settings)).toEqual(first);
  });

  it('keeps why the last one failed until all nodes are there', () => {
    const failed = attemptsAfter(withAttempts([ago(60)]), { ...nothing, failure: 'no capacity' }, settings);
    expect(failed).toMatchObject({ lastFailure: 'no capacity' });
    const state = withAttempts([ago(60)], { lastFailure: 'no capacity', nextAttempt: ago(-60) });
    expect(attemptsAfter(state, { ...nothing, isSettled: true }, settings)).toEqual({
      windowStart: ago(60),
      count: 1,
      times: [ago(60)],
    });
  });
});

describe('nextAttemptMs', () => {
  it('is now while nothing speaks against it', () => {
    expect(nextAttemptMs(observed(), 1)).toBeUndefined();
    expect(nextAttemptMs(withAttempts([ago(60)], { nextAttempt: ago(1) }), 1)).toBeUndefined();
  });

  it('is the time that was set', () => {
    expect(nextAttemptMs(withAttempts([ago(60)], { nextAttempt: ago(-60) }), 1)).toBe(NOW.getTime() + 60_000);
  });

  it('is when the oldest of twelve is an hour old', () => {
    const state = withAttempts(Array.from({ length: 12 }, (_, index) => ago(1200 - index)));
    expect(nextAttemptMs(state, 1)).toBe(NOW.getTime() + 2400 * 1000);
    expect(room(state, 1)).toBe(0);
  });

  it('lets a Workspace of twenty nodes ask for each of them', () => {
    expect(room(observed(), 20)).toBe(20);
    expect(room(withAttempts([ago(60)]), 1)).toBe(11);
  });
});

function withAttempts(times: readonly string[], more: Partial<Attempts> = {}): Observed {
  const attempts = { windowStart: times[0], count: times.length, times, ...more };
  return observed({ workspace: aWorkspace({ status: { attempts } }) });
}

function ago(seconds: number): string {
  return timestamp(NOW.getTime() - seconds * 1000);
}
