import { beforeEach, describe, expect, it } from '@jest/globals';

import { ProcessScope } from './process-scope.ts';
import { VirtualTime } from '../time/virtual-time.ts';

let time: VirtualTime;
let scope: ProcessScope;
let seen: string[];

beforeEach(() => {
  time = new VirtualTime(new Date('2026-01-01T00:00:00Z'));
  scope = new ProcessScope(time);
  seen = [];
});

async function until(ms: number): Promise<void> {
  for (let act = time.next(ms); act !== undefined; act = time.next(ms)) {
    act();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

function note(text: string): () => void {
  return () => {
    seen.push(`${text}@${time.elapsedMs}`);
  };
}

const never = new AbortController().signal;

describe('ProcessScope', () => {
  it('wakes those who sleep, and those whose signal aborts with its reason', async () => {
    const stop = new AbortController();
    void scope.clock.sleep(10, never).then(note('woke'));
    const cut = scope.clock.sleep(20, stop.signal).catch((error: unknown) => String(error));
    await until(10);
    stop.abort('enough');
    expect([seen, await cut]).toEqual([['woke@10'], 'enough']);
  });

  it('brings nothing to a dead process, ever', async () => {
    void scope.clock.sleep(10, never).then(note('woke'));
    scope.deliverAfter(10, note('answer'));
    scope.die();
    scope.deliver(note('event'));
    await until(1_000);
    expect(seen).toEqual([]);
  });

  it('brings a process that stood still what it was about to do, then timers, then messages', async () => {
    scope.deliverAfter(5, note('answer'));
    void scope.clock.sleep(8, never).then(note('timer'));
    scope.stall(50, note('send'));
    expect(scope.life).toBe('stalled');
    await until(49);
    expect(seen).toEqual([]);
    await until(50);
    expect([seen, scope.life]).toEqual([['send@50', 'timer@50', 'answer@50'], 'running']);
  });

  it('does not bring a process back that died while it stood still', async () => {
    scope.stall(50, note('send'));
    scope.die();
    await until(1_000);
    expect([seen, scope.life]).toEqual([[], 'dead']);
  });
});
