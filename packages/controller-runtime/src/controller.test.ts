import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock, FakeKubernetes } from '@kaito/testkit';

import { noteManifest, notes, recordingLogger } from '../test/notes.ts';
import type { LogLine, Note } from '../test/notes.ts';
import { ApiError } from './api-error.ts';
import { keysOfChange } from './cache.ts';
import { controller } from './controller.ts';
import type { Controller, ControllerOptions } from './controller.ts';
import { ReconcileError } from './errors.ts';
import { informer } from './informer.ts';
import type { Metrics } from './metrics.ts';

type Reconcile = ControllerOptions['reconcile'];

const never = new AbortController().signal;
let clock: FakeClock;
let lines: LogLine[];
let figures: string[];
let runs: string[];
let stop: AbortController;

beforeEach(() => {
  clock = new FakeClock();
  lines = [];
  figures = [];
  runs = [];
  stop = new AbortController();
});

describe('controller', () => {
  it('reconciles what its informer lists and what changes', async () => {
    const server = new FakeKubernetes(clock);
    const source = informer<Note>({ kubernetes: server, kind: notes, clock, logger: recordingLogger([]), random });
    const tested = aController(done);
    tested.watch(source, keysOfChange);
    await create(server, 'a');
    const ended = Promise.all([source.run(stop.signal), tested.run(stop.signal)]);
    await clock.settle();
    await create(server, 'b');
    await clock.settle();
    expect(runs).toEqual(['default/a', 'default/b']);
    stop.abort();
    await ended;
  });

  it('begins when every cache is complete', async () => {
    const synced = Promise.withResolvers<undefined>();
    const tested = aController(done, { informers: [{ synced: async () => synced.promise.then(() => undefined) }] });
    tested.enqueue('a');
    void tested.run(stop.signal);
    await clock.settle();
    expect(runs).toEqual([]);
    synced.resolve(undefined);
    await clock.settle();
    expect(runs).toEqual(['a']);
  });

  it('ends when it is stopped while it waits for a cache', async () => {
    const ended = aController(done, { informers: [{ synced: untilAborted }] }).run(stop.signal);
    stop.abort();
    await expect(ended).resolves.toBeUndefined();
  });

  it('comes back after the time that a reconcile asks for; a newer run decides anew', async () => {
    const answers = [60_000, 10_000, undefined];
    const tested = await started(async () => answers.shift());
    tested.enqueue('a');
    await clock.advance(30_000);
    tested.enqueue('a');
    await clock.advance(9_999);
    expect(runs).toHaveLength(2);
    await clock.advance(600_000);
    expect(runs).toHaveLength(3);
  });

  it('works on as many keys at a time as it has workers', async () => {
    const hold = Promise.withResolvers<undefined>();
    const tested = await started(async () => hold.promise, { workers: 2 });
    for (const key of ['a', 'b', 'c']) {
      tested.enqueue(key);
    }
    await clock.settle();
    expect(runs).toEqual(['a', 'b']);
    hold.resolve(undefined);
    await clock.settle();
    expect(runs).toEqual(['a', 'b', 'c']);
  });

  it('backs off from one second to one minute while a reconcile fails, and logs each failure', async () => {
    const tested = await started(async () => {
      throw new Error('a bug');
    });
    tested.enqueue('a');
    const at = [await runsAfter(0), await runsAfter(999), await runsAfter(1), await runsAfter(2_000)];
    expect(at).toEqual([1, 1, 2, 3]);
    await clock.advance(600_000);
    const before = runs.length;
    await clock.advance(60_000);
    expect(runs.length).toBe(before + 1);
    expect(errors()).toHaveLength(runs.length);
    expect(errors()[0]?.fields).toMatchObject({ controller: 'test', name: 'a', err: new Error('a bug') });
  });

  it('begins the backoff anew after a success', async () => {
    const outcomes = [new Error('1'), new Error('2'), undefined, new Error('3')];
    const tested = await started(async () => failWith(outcomes.shift()));
    tested.enqueue('a');
    await clock.advance(3_000);
    tested.enqueue('a');
    expect([await runsAfter(999), await runsAfter(1)]).toEqual([4, 5]);
  });

  it('looks again at once after a conflict, quietly', async () => {
    const outcomes = [new ApiError('Conflict', 'modified'), new ApiError('AlreadyExists', 'exists')];
    const tested = await started(async () => failWith(outcomes.shift()));
    tested.enqueue('a');
    expect([await runsAfter(0), await runsAfter(20)]).toEqual([2, 3]);
    expect(lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  });

  it('tells when a conflict does not go away, and slows down', async () => {
    const tested = await started(async () => failWith(new ApiError('Conflict', 'modified')));
    tested.enqueue('a');
    await clock.advance(60_000);
    expect(runs.length).toBeLessThan(15);
    expect(errors().length).toBeGreaterThan(0);
  });

  it('waits for a change when the reconcile says so', async () => {
    const tested = await started(async () => failWith(new ReconcileError('Invalid', 'count is 0', 'wait')));
    tested.enqueue('a');
    await clock.advance(3_600_000);
    expect([runs.length, errors().length]).toEqual([1, 0]);
    expect(lines.map(({ message }) => message)).toContain('Waiting for a change');
  });

  it.each([
    new ApiError('TooManyRequests', 'slow down', { retryAfterMs: 30_000 }),
    new ReconcileError('Busy', 'busy', 'retry', { retryAfterMs: 30_000 }),
  ])('comes back when asked to, not before: $name', async (error) => {
    const outcomes = [error];
    const tested = await started(async () => failWith(outcomes.shift()));
    tested.enqueue('a');
    expect([await runsAfter(29_999), await runsAfter(20_000)]).toEqual([1, 2]);
  });

  it('stops in good order: nothing begins, what runs gets the signal and is awaited, no key is lost', async () => {
    const tested = aController(async (key, signal) => {
      if (runs.length === 1) {
        await untilAborted(signal);
      }
      return key === 'later' ? 60_000 : undefined;
    });
    const ended = tested.run(stop.signal);
    for (const key of ['running', 'waiting']) {
      tested.enqueue(key);
    }
    tested.enqueue('delayed', 60_000);
    await clock.settle();
    stop.abort();
    await ended;
    expect([runs, errors(), clock.sleeperCount]).toEqual([['running'], [], 0]);
    void tested.run(never);
    await clock.settle();
    expect(runs.toSorted()).toEqual(['delayed', 'running', 'running', 'waiting']);
  });

  it('counts and times every run, and gives each an id', async () => {
    const tested = await started(async () => {
      await clock.sleep(250, never);
      return undefined;
    });
    tested.enqueue('default/a');
    await clock.advance(250);
    expect(figures).toEqual([
      'controller_runtime_active_workers 1',
      'controller_runtime_active_workers 0',
      'controller_runtime_reconcile_total 1 success',
      'controller_runtime_reconcile_time_seconds 0.25',
    ]);
    const run = lines.find(({ message }) => message === 'Reconciled');
    expect(run).toEqual({
      level: 'debug',
      message: 'Reconciled',
      fields: {
        controller: 'test',
        kind: 'Note',
        namespace: 'default',
        name: 'a',
        reconcileId: '800000000000',
        durationMs: 250,
        result: 'success',
      },
    });
  });
});

const random = (): number => 0.5;

async function untilAborted(signal: AbortSignal): Promise<void> {
  await clock.sleep(Infinity, signal);
}

const done: Reconcile = async () => undefined;

function aController(reconcile: Reconcile, options: Partial<ControllerOptions> = {}): Controller {
  return controller({
    name: 'test',
    kind: 'Note',
    workers: 1,
    clock,
    logger: recordingLogger(lines),
    metrics: recordingMetrics(),
    random,
    reconcile: async (key, signal, log) => {
      runs.push(key);
      return reconcile(key, signal, log);
    },
    ...options,
  });
}

async function started(reconcile: Reconcile, options: Partial<ControllerOptions> = {}): Promise<Controller> {
  const tested = aController(reconcile, options);
  void tested.run(never);
  await clock.settle();
  return tested;
}

async function runsAfter(ms: number): Promise<number> {
  await clock.advance(ms);
  return runs.length;
}

function failWith(error: Error | undefined): undefined {
  if (error !== undefined) {
    throw error;
  }
}

function errors(): readonly LogLine[] {
  return lines.filter(({ level }) => level === 'error');
}

async function create(server: FakeKubernetes, name: string): Promise<void> {
  await server.create({ type: notes, manifest: noteManifest(name), fieldManager: 'test' }, never);
}

function recordingMetrics(): Metrics {
  return {
    counter: (name) => ({
      inc: (labels = {}, by = 1) => {
        noteFigure(name, by, labels['result']);
      },
    }),
    gauge: (name) => ({
      set: (value) => {
        noteFigure(name, value);
      },
    }),
    histogram: (name) => ({
      observe: (value) => {
        noteFigure(name, value);
      },
    }),
  };
}

function noteFigure(name: string, value: number, result = ''): void {
  figures.push(`${name} ${value} ${result}`.trim());
}
