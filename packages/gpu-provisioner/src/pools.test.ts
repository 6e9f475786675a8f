import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '@kaito/testkit';

import { aPool } from '../test/builders.ts';
import { settings } from '../test/settings.ts';
import { StubCloud, SYSTEM_POOL as system } from '../test/stub-cloud.ts';
import type { AgentPool, AgentPoolSpec, Answer, CloudFailure } from './core/pools/cloud.ts';
import { Pools } from './pools.ts';

const name = 'ws012345678';
const passing: CloudFailure = { kind: 'Transient', code: 'ServiceUnavailable', message: 'later' };
const spec: AgentPoolSpec = { name, vmSize: 'v', osDiskSizeGiB: 0, tags: {}, nodeLabels: {}, nodeTaints: [] };
const signal = new AbortController().signal;
const createdAt = new Date(0);

let clock: FakeClock;
let cloud: StubCloud;
let news: string[];
let pools: Pools;

beforeEach(() => {
  clock = new FakeClock();
  cloud = new StubCloud();
  news = [];
  pools = new Pools({ cloud, clock, settings, onNews: (names) => news.push(...names) });
});

describe('the list of pools', () => {
  let stop: AbortController;
  let running: Promise<void>;

  beforeEach(async () => {
    stop = new AbortController();
    running = pools.run(stop.signal);
    await clock.settle();
  });

  afterEach(async () => {
    stop.abort(new Error('stopping'));
    await running;
  });

  it('is asked for at once, then every five minutes', async () => {
    expect(cloud.calls).toEqual(['list']);
    await clock.advance(299_999);
    expect(cloud.calls).toHaveLength(1);
    await clock.advance(1);
    expect(cloud.calls).toHaveLength(2);
  });

  it('is asked for when somebody wants news, once for all of them, and they are told', async () => {
    news.length = 0;
    pools.expect('wsa', { lookAt: new Date(clock.now().getTime() + 10_000) });
    for (const other of ['wsb', 'wsc', 'wsd']) {
      pools.expect(other, { lookAt: new Date(clock.now().getTime() + 9_000) });
    }
    await clock.advance(8_999);
    expect(cloud.calls).toHaveLength(1);
    await clock.advance(1);
    expect(cloud.calls).toEqual(['list', 'list']);
    expect(news).toEqual(['wsa', 'wsb', 'wsc', 'wsd']);
  });

  it('is not needed for one or two, which are asked for by name', async () => {
    news.length = 0;
    pools.expect('wsa', { lookAt: new Date(clock.now().getTime() + 10_000) });
    pools.expect('wsb', { lookAt: new Date(clock.now().getTime() + 9_000) });
    await clock.advance(9_000);
    expect(cloud.calls).toEqual(['list', 'get']);
    await clock.advance(1_000);
    expect([cloud.calls.at(-1), news]).toEqual(['get', ['wsb', 'wsa']]);
    expect(pools.knowledge('wsa', createdAt).view).toMatchObject({ state: 'Absent', evidence: 'Lookup' });
  });

  it('is not asked for more than once a second, however urgent it is', async () => {
    pools.expect('wsa', { lookAt: clock.now() });
    await clock.advance(999);
    expect(cloud.calls).toHaveLength(1);
    await clock.advance(1);
    expect(cloud.calls).toHaveLength(2);
  });

  it('is no longer waited for by whoever wants nothing any more', async () => {
    pools.expect('wsa', { lookAt: new Date(clock.now().getTime() + 10_000) });
    pools.expect('wsa', {});
    await clock.advance(60_000);
    expect(cloud.calls).toHaveLength(1);
  });

  it('tells of pools that came, went or changed', async () => {
    cloud.listed = { isOk: true, value: [system, aPool()] };
    await clock.advance(300_000);
    cloud.listed = { isOk: true, value: [system, aPool({ phase: 'Ready' })] };
    await clock.advance(300_000);
    cloud.listed = { isOk: true, value: [system] };
    await clock.advance(600_000);
    expect(news).toEqual(['system', name, name, name]);
  });

  it('is asked for again with growing pauses when it fails, or when the cloud wants it', async () => {
    cloud.listed = { isOk: false, failure: passing };
    await clock.advance(300_000);
    expect(pools.problem).toBe('the agent pools cannot be listed: ServiceUnavailable: later');
    await clock.advance(7_000);
    expect(cloud.calls).toHaveLength(5);
    cloud.listed = { isOk: false, failure: { ...passing, retryAfterMs: 100_000 } };
    await clock.advance(8_000);
    expect(cloud.calls).toHaveLength(6);
    await clock.advance(99_999);
    expect(cloud.calls).toHaveLength(6);
    cloud.listed = { isOk: true, value: [system] };
    await clock.advance(1);
    expect(pools.problem).toBeUndefined();
  });
});

describe('the pools before the first list', () => {
  it('say that they are not known', () => {
    expect(pools.problem).toBe('the agent pools have not been listed yet');
    expect(pools.knowledge(name, createdAt).view).toEqual({ state: 'Unknown' });
  });

  it('tell those who wait why they are not', async () => {
    pools.expect(name, { lookAt: clock.now() });
    cloud.listed = { isOk: false, failure: passing };
    await pools.list(signal);
    expect(news).toEqual([name]);
    expect(pools.knowledge(name, createdAt).listFailure).toBe(passing);
  });
});

describe('an operation', () => {
  it('is sent only once its attempt is recorded', async () => {
    await expect(pools.create(spec, { createdAt, generation: 1, record: conflict }, signal)).rejects.toThrow(
      'conflict',
    );
    expect(cloud.calls).toEqual([]);
    await create();
    expect(cloud.calls).toEqual(['create']);
  });

  it('is neither recorded nor sent when another is on its way', async () => {
    const answered = Promise.withResolvers<Answer<AgentPool>>();
    cloud.created = answered.promise;
    const first = create();
    let records = 0;
    const record = async (): Promise<void> => {
      records += 1;
      return Promise.resolve();
    };
    await pools.create({ ...spec, name: 'wsb' }, { createdAt, generation: 1, record }, signal);
    await pools.delete({ name: 'wsc', createdAt }, signal);
    expect([records, cloud.calls]).toEqual([0, ['create']]);
    pools.expect('wsb', { waitsFor: { name: 'wsb', operation: 'create', createdAt } });
    answered.resolve({ isOk: true, value: aPool() });
    await first;
    expect(news).toEqual(['wsb']);
  });

  it('wakes the next when whoever was first gives up waiting', () => {
    pools.expect('wsa', { waitsFor: { name: 'wsa', operation: 'create', createdAt } });
    pools.expect('wsb', { waitsFor: { name: 'wsb', operation: 'create', createdAt } });
    pools.expect('wsa', {});
    expect(news).toEqual(['wsb']);
  });

  it('that finds a pool of its name looks whose it is', async () => {
    cloud.created = Promise.resolve({
      isOk: false,
      failure: { kind: 'AlreadyExists', code: 'PreconditionFailed', message: '' },
    });
    cloud.found = { isOk: true, value: aPool() };
    await create();
    expect(cloud.calls).toEqual(['create', 'get']);
    expect(pools.knowledge(name, createdAt).view).toMatchObject({ state: 'Present' });
  });

  it('that was refused is remembered with the version of the claim', async () => {
    cloud.created = Promise.resolve({ isOk: false, failure: passing });
    await create();
    expect(pools.knowledge(name, createdAt).refusedCreate).toEqual({
      at: clock.now(),
      failure: passing,
      generation: 3,
      count: 1,
    });
  });

  it('that the cloud answers with Retry-After silences the ones after it', async () => {
    cloud.deleted = { isOk: false, failure: { ...passing, retryAfterMs: 17_000 } };
    expect(await pools.delete({ name, createdAt }, signal)).toMatchObject({ kind: 'Transient' });
    const until = new Date(clock.now().getTime() + 17_000);
    expect(pools.knowledge('wsb', createdAt).deleteTurn).toEqual({ mayGo: false, until });
    expect(pools.knowledge('wsb', createdAt).createTurn).toEqual({ mayGo: true });
  });

  it('that aborts another forgets why the delete was refused, whether or not there was one to abort', async () => {
    await create();
    cloud.deleted = { isOk: false, failure: { kind: 'OwnOperation', code: 'c', message: '' } };
    await pools.delete({ name, createdAt }, signal);
    await pools.abort(name, signal);
    expect(pools.knowledge(name, createdAt)).toMatchObject({ view: { pool: { phase: 'Canceling' } } });
    expect(pools.knowledge(name, createdAt).refusedDelete).toBeUndefined();
    cloud.aborted = { isOk: false, failure: passing };
    await pools.abort(name, signal);
    expect(pools.knowledge(name, createdAt).view).toMatchObject({ observedAt: new Date(0) });
  });

  it('that deletes what is not there says so', async () => {
    cloud.deleted = { isOk: true, value: 'absent' };
    await pools.delete({ name, createdAt }, signal);
    expect(pools.knowledge(name, createdAt).view).toMatchObject({ state: 'Absent', evidence: 'Lookup' });
    pools.forget(name);
    expect(pools.knowledge(name, createdAt).view).toEqual({ state: 'Unknown' });
  });
});

describe('a look at one pool', () => {
  it('fails as a reconcile does that comes again, after as long as the cloud wants', async () => {
    cloud.found = { isOk: false, failure: { ...passing, retryAfterMs: 17_000 } };
    await expect(pools.lookUp(name, signal)).rejects.toMatchObject({
      name: 'ReconcileError',
      disposition: 'retry',
      retryAfterMs: 17_000,
    });
    cloud.found = { isOk: false, failure: { kind: 'Denied', code: 'AuthorizationFailed', message: 'no' } };
    await expect(pools.lookUp(name, signal)).rejects.toThrow('AuthorizationFailed: no');
  });
});

async function conflict(): Promise<void> {
  return Promise.reject(new Error('conflict'));
}

async function create(): Promise<void> {
  await pools.create(spec, { createdAt, generation: 3, record: async () => Promise.resolve() }, signal);
}
