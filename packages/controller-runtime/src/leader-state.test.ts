import { describe, expect, it } from '@jest/globals';

import { isStillOurs, mayTake, observed } from './leader-state.ts';

const lease = { resourceVersion: '5', holder: 'other', durationMs: 15_000, transitions: 3 };
const we = { identity: 'we', leaseDurationMs: 15_000 };

describe('mayTake', () => {
  it.each([
    ['there is none', undefined, 0, true],
    ['it was released', { ...lease, holder: '' }, 0, true],
    ['it is ours from before a restart', { ...lease, holder: 'we' }, 0, true],
    ['its holder lives', lease, 14_999, false],
    ['its holder has not renewed it for as long as promised', lease, 15_000, true],
    ['its holder promised less than we do', { ...lease, durationMs: 1_000 }, 1_000, true],
    ['it says nothing about its duration', { ...lease, durationMs: undefined }, 14_999, false],
  ])('answers when %s', (_, seen, unchangedForMs, answer) => {
    expect(mayTake({ lease: seen, unchangedForMs }, we)).toBe(answer);
  });
});

describe('observed', () => {
  it('counts only our own waiting, and begins anew with every write', () => {
    const first = observed(undefined, lease, 60_000);
    const second = observed(first, { ...lease }, 2_000);
    const third = observed(second, lease, 3_000);
    const renewed = observed(third, { ...lease, resourceVersion: '6' }, 2_000);
    expect([first, second, third, renewed].map(({ unchangedForMs }) => unchangedForMs)).toEqual([0, 2_000, 5_000, 0]);
  });
});

describe('isStillOurs', () => {
  it('tells our term from that of another process with our name', () => {
    expect([
      isStillOurs({ ...lease, holder: 'we' }, { transitions: 3 }, 'we'),
      isStillOurs({ ...lease, holder: 'we' }, { transitions: 2 }, 'we'),
      isStillOurs(lease, { transitions: 3 }, 'we'),
    ]).toEqual([true, false, false]);
  });
});
