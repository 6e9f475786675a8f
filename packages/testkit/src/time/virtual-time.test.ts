import { describe, expect, it } from '@jest/globals';

import { VirtualTime } from './virtual-time.ts';

const START = new Date('2026-01-01T00:00:00Z');

function rungOut(time: VirtualTime, limitMs = Infinity): void {
  for (let act = time.next(limitMs); act !== undefined; act = time.next(limitMs)) {
    act();
  }
}

describe('VirtualTime', () => {
  it('lets things happen in the order in which they are due, then in which they were asked for', () => {
    const time = new VirtualTime(START);
    const seen: string[] = [];
    for (const [name, ms] of Object.entries({ c: 30, a: 10, b: 20, a2: 10, z: 0, b2: 20 })) {
      time.after(ms, () => seen.push(`${name}@${time.elapsedMs}`));
    }
    rungOut(time);
    expect(seen).toEqual(['z@0', 'a@10', 'a2@10', 'b@20', 'b2@20', 'c@30']);
  });

  it('takes in what is asked for on the way, and leaves out what is called off', () => {
    const time = new VirtualTime(START);
    const seen: string[] = [];
    const callOff = time.after(15, () => seen.push('never'));
    time.after(10, () => {
      callOff();
      time.after(-5, () => seen.push(`at once@${time.elapsedMs}`));
    });
    rungOut(time);
    expect([seen, time.now().getTime() - START.getTime()]).toEqual([['at once@10'], 10]);
  });

  it('stays where it is when nothing is due until the limit', () => {
    const time = new VirtualTime(START);
    time.after(100, () => undefined);
    expect(time.next(99)).toBeUndefined();
    expect(time.elapsedMs).toBe(0);
    expect(time.next(100)).toBeDefined();
  });

  it('passes until it is so, or for a while, and says when nothing is left to happen', () => {
    const time = new VirtualTime(START);
    const seen: number[] = [];
    [10, 20, 30].forEach((ms) => time.after(ms, () => seen.push(ms)));
    time.until(() => seen.includes(20));
    expect([seen, time.elapsedMs]).toEqual([[10, 20], 20]);
    time.advance(100);
    expect([seen, time.elapsedMs, time.step()]).toEqual([[10, 20, 30], 120, false]);
    expect(() => {
      time.until(() => false);
    }).toThrow('nothing is left to happen');
  });
});
