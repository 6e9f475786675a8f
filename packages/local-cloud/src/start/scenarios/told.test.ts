import { describe, expect, it } from '@jest/globals';

import { grouped, nextStep } from './told.ts';

describe('what conditions say', () => {
  it('is said once for each object; what is as it should be needs no line', () => {
    const condition = { of: 'Workspace phi', type: 'MachineReady', status: 'False', reason: 'failed', message: 'no' };
    expect(
      grouped([
        condition,
        { ...condition, type: 'Ready', reason: 'too' },
        { ...condition, type: 'Fine', status: 'True' },
        { ...condition, of: 'Machine a' },
      ]),
    ).toEqual([
      'Workspace phi: MachineReady=False (failed), Ready=False (too): no',
      'Machine a: MachineReady=False (failed): no',
    ]);
  });
});

describe('what happens next', () => {
  const now = new Date('2026-01-01T09:00:00Z');

  it('is the part of a message that names a point in time to come', () => {
    const message = 'quota x (24 needed). Azure says Code: text; the next attempt is at 2026-01-01T10:00:00Z';
    expect(nextStep(['(create 1; next at 2026-01-01T08:59:59Z)', message], now)).toBe(
      'the next attempt is at 2026-01-01T10:00:00Z',
    );
  });

  it('is not known when nobody names one', () => {
    expect(nextStep(['the next attempt is soon', 'at 2026-01-01T08:00:00Z', ''], now)).toBeUndefined();
  });
});
