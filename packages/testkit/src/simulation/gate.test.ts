import { beforeEach, describe, expect, it } from '@jest/globals';

import type { FaultKind } from './fault.ts';
import { Gate } from './gate.ts';
import type { Request } from './gate.ts';
import { Replica } from './replica.ts';
import { VirtualTime } from '../time/virtual-time.ts';

let time: VirtualTime;
let done: number;
let crashed: number;
let overtaken: (() => void)[];

beforeEach(() => {
  time = new VirtualTime(new Date('2026-01-01T00:00:00Z'));
  done = 0;
  crashed = 0;
  overtaken = [];
});

const { signal } = new AbortController();

const write: Request<string> = {
  system: 'cloud',
  verb: 'delete',
  target: 'agentpools/a',
  isWrite: true,
  isCounted: true,
  act: () => {
    done += 1;
    return `done ${done}`;
  },
  fail: (kind) => {
    throw new Error(kind);
  },
};

/** What becomes of one request that meets this fault, after everything has happened. */
async function outcome(kind: FaultKind | undefined, request: Request<string> = write): Promise<unknown> {
  const replica = new Replica('gpu-provisioner', 'one', time);
  const gate = new Gate({
    schedule: time,
    faults: kind === undefined ? [] : [{ effect: 0, kind }],
    witness: { onCall: () => undefined },
    crash: ({ scope }) => {
      crashed += 1;
      scope.die();
    },
    overtake: (_replica, goOn) => overtaken.push(goOn),
    asActor: (_replica, act) => act(),
  });
  let told: unknown = 'no answer';
  const hear = async (): Promise<void> => {
    try {
      told = await gate.pass(request, replica, signal);
    } catch (error) {
      told = error instanceof Error ? `failed: ${error.message}` : error;
    }
  };
  void hear();
  for (let act = time.next(10_000); act !== undefined; act = time.next(10_000)) {
    act();
  }
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  return told;
}

describe('Gate', () => {
  it.each<readonly [FaultKind | undefined, unknown, number]>([
    [undefined, 'done 1', 1],
    ['crash-before', 'no answer', 0],
    ['crash-after', 'no answer', 1],
    ['conflict', 'failed: conflict', 0],
    ['transient', 'failed: transient', 0],
    ['timed-out-though-done', 'failed: timed-out-though-done', 1],
    ['two-leaders', 'no answer', 0],
    ['event-lost', 'done 1', 1],
  ])('%s: the process hears %s', async (kind, told, times) => {
    expect([await outcome(kind), done]).toEqual([told, times]);
    expect(crashed).toBe(kind?.startsWith('crash') === true ? 1 : 0);
  });

  it('lets a request go on its way when its process wakes', async () => {
    await outcome('two-leaders');
    overtaken[0]?.();
    expect(done).toBe(0);
    time.next(10_000)?.();
    expect(done).toBe(1);
  });

  it('lets nothing go wrong with what is not counted, or cannot', async () => {
    expect(await outcome('crash-before', { ...write, isCounted: false })).toBe('done 1');
    expect(await outcome('timed-out-though-done', { ...write, isWrite: false })).toBe('done 2');
  });

  it('answers from an old state where the world itself may answer late', async () => {
    const list = { ...write, isWrite: false, actLate: (events: number) => `${events} events old` };
    expect(await outcome('stale-5', list)).toBe('5 events old');
  });
});
