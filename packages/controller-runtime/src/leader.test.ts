import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock, FakeKubernetes } from '@kaito/testkit';

import { recordingLogger } from '../test/notes.ts';
import type { LogLine } from '../test/notes.ts';
import { ApiError } from './api-error.ts';
import { lead } from './leader.ts';

const leases = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease', isNamespaced: true };
const key = { namespace: 'kaito-system', name: 'workspace-controller' };
const down = new ApiError('Unavailable', 'down', { status: 503 });
const never = new AbortController().signal;
let clock: FakeClock;
let server: FakeKubernetes;
let lines: LogLine[];

beforeEach(() => {
  clock = new FakeClock();
  server = new FakeKubernetes(clock);
  lines = [];
});

describe('lead', () => {
  it('creates the lease and leads', async () => {
    const one = candidate('one');
    await clock.settle();
    expect(one.isLeading).toBe(true);
    expect(spec()).toEqual({
      holderIdentity: 'one',
      leaseDurationSeconds: 15,
      leaseTransitions: 0,
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:00.000000Z',
    });
  });

  it('renews with one request each retry period, and keeps the others waiting', async () => {
    const one = candidate('one');
    await clock.settle();
    const two = candidate('two');
    server.calls.length = 0;
    await clock.advance(60_000);
    expect([one.isLeading, two.isLeading, one.terms]).toEqual([true, false, 1]);
    expect(server.calls.filter((call) => call.startsWith('patch'))).toHaveLength(30);
    expect(spec()).toMatchObject({ renewTime: '2026-01-01T00:01:00.000000Z', leaseTransitions: 0 });
  });

  it('releases the lease when it is stopped, so that the next goes on at once', async () => {
    const one = candidate('one');
    await clock.settle();
    const two = candidate('two');
    await clock.settle();
    one.stop();
    await one.ended;
    expect(spec()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    await clock.advance(2_500);
    expect([one.isLeading, two.isLeading]).toEqual([false, true]);
    expect(spec()).toMatchObject({ holderIdentity: 'two', leaseDurationSeconds: 15, leaseTransitions: 1 });
  });

  it('keeps the lease until what runs has ended', async () => {
    const one = candidate('one', { stopsAfterMs: 40_000 });
    await clock.settle();
    const two = candidate('two');
    one.stop();
    await clock.advance(39_000);
    expect([one.isLeading, two.isLeading]).toEqual([true, false]);
    await clock.advance(4_000);
    expect([one.isLeading, two.isLeading]).toEqual([false, true]);
  });

  it('goes on at once under the same identity after a crash', async () => {
    const crashed = candidate('one');
    await clock.settle();
    crashed.crash();
    const restarted = candidate('one');
    await clock.settle();
    expect(restarted.isLeading).toBe(true);
    expect(spec()).toMatchObject({ holderIdentity: 'one', leaseTransitions: 1 });
  });

  it('gives way to another process that took over under the same identity', async () => {
    const first = candidate('one', { retries: false });
    await clock.settle();
    const second = candidate('one');
    await clock.advance(2_500);
    expect([first.terms, first.isLeading, second.isLeading]).toEqual([1, false, true]);
  });

  it('takes over from a crashed leader when its lease has run out, not before', async () => {
    const one = candidate('one');
    await clock.settle();
    one.crash();
    const two = candidate('two');
    await clock.advance(14_000);
    expect(two.isLeading).toBe(false);
    await clock.advance(4_000);
    expect(two.isLeading).toBe(true);
  });

  it('measures by its own waiting, whatever the clocks on the wall say', async () => {
    const one = candidate('one');
    await clock.settle();
    const two = candidate('two');
    await clock.settle();
    clock.step(3_600_000);
    await clock.advance(30_000);
    expect([one.terms, one.isLeading, two.isLeading]).toEqual([1, true, false]);
  });

  it('stops leading before another can take the lease when it cannot renew, and contends again', async () => {
    const one = candidate('one');
    await clock.advance(2_000);
    server.fail('patch', down, down, down, down, down);
    await clock.advance(9_999);
    expect(one.isLeading).toBe(true);
    await clock.advance(1);
    expect(one.isLeading).toBe(false);
    await clock.advance(4_000);
    expect([one.isLeading, one.terms]).toEqual([true, 2]);
  });

  it('survives one renewal that hangs', async () => {
    const one = candidate('one');
    await clock.settle();
    server.fail('patch', 'hangs');
    await clock.advance(30_000);
    expect([one.isLeading, one.terms]).toEqual([true, 1]);
  });

  it('goes on when a renewal was written and its answer lost', async () => {
    const one = candidate('one');
    await clock.settle();
    server.fail('patch', 'answer is lost');
    await clock.advance(30_000);
    expect([one.isLeading, one.terms]).toEqual([true, 1]);
  });

  it('goes on when somebody else has written to the lease', async () => {
    const one = candidate('one');
    await clock.settle();
    const body = { metadata: { annotations: { note: 'x' } } };
    await server.patch({ type: leases, key, body, fieldManager: 'kubectl' }, never);
    await clock.advance(30_000);
    expect([one.isLeading, one.terms]).toEqual([true, 1]);
  });

  it('contends again when the lease was deleted', async () => {
    const one = candidate('one');
    await clock.settle();
    await server.delete({ type: leases, key }, never);
    await clock.advance(5_000);
    expect([one.isLeading, one.terms]).toEqual([true, 2]);
  });

  it('leads when the creation was written and its answer lost', async () => {
    server.fail('create', 'answer is lost');
    const one = candidate('one');
    await clock.advance(3_000);
    expect(one.isLeading).toBe(true);
  });

  it('waits out an API server that is away', async () => {
    server.fail('get', ...Array.from({ length: 30 }, () => down));
    const one = candidate('one');
    await clock.advance(90_000);
    expect(one.isLeading).toBe(true);
  });

  it('releases also what a renewal cut short had written', async () => {
    const one = candidate('one');
    await clock.advance(1_999);
    server.fail('patch', 'answer is lost');
    await clock.advance(1);
    one.stop();
    await one.ended;
    expect(spec()).toMatchObject({ holderIdentity: '' });
  });

  it('ends when what it runs ends, and releases the lease', async () => {
    await lead({ ...options('one') }, async () => undefined, never);
    expect(spec()).toMatchObject({ holderIdentity: '' });
  });

  it('fails when what it runs fails, and releases the lease', async () => {
    const failing = lead(options('one'), async () => Promise.reject(new Error('a bug')), never);
    await expect(failing).rejects.toThrow('a bug');
    expect(spec()).toMatchObject({ holderIdentity: '' });
  });

  it('ends when it is stopped while it waits', async () => {
    const one = candidate('one');
    const two = candidate('two');
    await clock.settle();
    two.stop();
    await two.ended;
    one.stop();
    await one.ended;
    expect(clock.sleeperCount).toBe(0);
  });

  it('refuses deadlines that cannot be kept', async () => {
    const impossible = { ...options('one'), renewDeadlineMs: 15_000 };
    await expect(lead(impossible, async () => undefined, never)).rejects.toThrow(RangeError);
  });
});

interface Candidate {
  readonly isLeading: boolean;
  readonly terms: number;
  readonly ended: Promise<void>;
  stop(): void;
  /** It does nothing any more; its lease stays as it is. */
  crash(): void;
}

function options(identity: string): Parameters<typeof lead>[0] {
  return {
    kubernetes: server,
    clock,
    logger: recordingLogger(lines),
    lease: key,
    identity,
    leaseDurationMs: 15_000,
    renewDeadlineMs: 10_000,
    retryPeriodMs: 2_000,
    random: () => 0.5,
  };
}

function candidate(identity: string, { stopsAfterMs = 0, retries = true } = {}): Candidate {
  const stop = new AbortController();
  const state = { isLeading: false, terms: 0, isCrashed: false };
  const kubernetes = unlessCrashed(state);
  const run = async (signal: AbortSignal): Promise<void> => {
    state.isLeading = true;
    state.terms += 1;
    await clock.sleep(Infinity, signal).catch(() => undefined);
    if (stopsAfterMs > 0) {
      await clock.sleep(stopsAfterMs, never);
    }
    state.isLeading = false;
    if (!retries) {
      stop.abort();
    }
  };
  const ended = lead({ ...options(identity), kubernetes }, run, stop.signal);
  return {
    get isLeading() {
      return state.isLeading && !state.isCrashed;
    },
    get terms() {
      return state.terms;
    },
    ended,
    stop: () => {
      stop.abort();
    },
    crash: () => {
      state.isCrashed = true;
    },
  };
}

/** The server as a process sees it: no request leaves a process that has crashed. */
function unlessCrashed(state: { readonly isCrashed: boolean }): FakeKubernetes {
  return new Proxy(server, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function'
        ? (...args: unknown[]): unknown =>
            state.isCrashed ? new Promise(() => undefined) : (Reflect.apply(member, target, args) as unknown)
        : member;
    },
  });
}

function spec(): unknown {
  return server.objects(leases)[0]?.['spec'];
}
