import { describe, expect, it } from '@jest/globals';

import { eras, readyWorld } from './eras.ts';
import { CLAIM, ProvisionerWorld } from './provisioner-world.ts';
import type { ProvisionerWorldOptions } from './provisioner-world.ts';
import { statement } from './statement.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** The cloud in which the figures of the Go original were taken (provisioner.md 2.5). */
const BASELINE: ProvisionerWorldOptions = {
  cloud: { vmBootedMs: 19_500, poolReadyMs: 45_000, deletionMs: 20_000 },
  cluster: { nodeRegisteredMs: 500, nodeReadyMs: 20_000 },
};
const SERIAL = { ...BASELINE, cloud: { ...BASELINE.cloud, concurrency: 'serial' as const } };
const FOUR = ['wsa', 'wsb', 'wsc', 'wsd'];
const FIFTY = Array.from({ length: 50 }, (_, index) => `ws${String(index).padStart(2, '0')}`);

statement(54, 'after Retry-After no request of that kind is sent a second too early', async () => {
  for (const options of eras(BASELINE)) {
    for (const verb of ['list', 'get', 'create', 'delete'] as const) {
      const world = new ProvisionerWorld(options);
      await world.advance(MINUTE_MS);
      world.cloud.refuseNext(verb, { kind: 'Transient', code: 'Throttled', message: 'later', retryAfterMs: 37_000 });
      world.createClaim();
      await world.advance((verb === 'list' ? 6 : 1) * MINUTE_MS);
      world.deleteClaim();
      await world.until(() => world.isGone());
      const [refused] = world.seen.cloudCalls(verb).filter(({ atMs }) => atMs >= MINUTE_MS);
      expect(refused).toBeDefined();
      const refusedMs = refused?.atMs ?? 0;
      const tooEarly = world.seen
        .cloudCalls()
        .filter((call) => (call.verb === 'create') === (verb === 'create'))
        .filter(({ atMs }) => atMs > refusedMs && atMs < refusedMs + 37 * SECOND_MS);
      expect({ verb, api: world.api, tooEarly }).toEqual({ verb, api: world.api, tooEarly: [] });
    }
  }
});

statement(55, 'fifty claims are made and deleted with a hundred writes and twenty-five reads', async () => {
  for (const options of eras({ cloud: { vmBootedMs: 120_000, poolReadyMs: 180_000, deletionMs: 120_000 } })) {
    const world = await readyWorld(options, ...FIFTY);
    FIFTY.forEach((name) => {
      world.deleteClaim(name);
    });
    await world.until(() => FIFTY.every((name) => world.isGone(name)));
    const calls = (['create', 'delete', 'abort', 'list', 'get'] as const).map(
      (verb) => world.seen.cloudCalls(verb).length,
    );
    expect(calls.slice(0, 3)).toEqual([50, 50, 0]);
    expect((calls[3] ?? 0) + (calls[4] ?? 0)).toBeLessThanOrEqual(25);
  }
});

statement(55, 'on a cluster that does one operation at a time, four claims take turns without pushing', async () => {
  for (const options of eras(SERIAL)) {
    const world = await readyWorld(options, ...FOUR);
    expect(world.nowMs).toBeLessThanOrEqual(178 * SECOND_MS);
    expect(world.seen.cloudCalls('create').length).toBeLessThanOrEqual(6);
    expect(world.seen.cloudCalls().length).toBeLessThanOrEqual(60);
  }
});

describe('the turns of claims', () => {
  it('are those of deletions first, then of the oldest', async () => {
    for (const options of eras(SERIAL)) {
      const world = await readyWorld(options, 'wsold');
      await world.advance(2 * MINUTE_MS);
      ['wsa', 'wsb', 'wsc'].forEach((name) => {
        world.createClaim(name);
      });
      await world.advance(SECOND_MS);
      world.deleteClaim('wsold');
      await world.advance(10 * MINUTE_MS);
      const operations = world.seen.pools.filter(({ phase }) => phase === 'Creating' || phase === 'Deleting');
      expect(operations.map(({ name, phase }) => `${phase} ${name}`)).toEqual([
        'Creating wsold',
        'Creating wsa',
        'Deleting wsold',
        'Creating wsb',
        'Creating wsc',
      ]);
    }
  });
});

describe('the figures to beat', () => {
  it('a claim is Ready within a second of its Node, and gone within ten of its pool, for six calls', async () => {
    for (const options of eras(BASELINE)) {
      const world = await readyWorld(options);
      expect(world.nowMs).toBeLessThanOrEqual(41 * SECOND_MS);
      await world.advance(2 * MINUTE_MS);
      const listed = world.seen.cloudCalls().length;
      world.deleteClaim();
      await world.until(() => world.isGone());
      const gone = world.seen.pools.at(-1);
      expect(gone).toMatchObject({ name: CLAIM, phase: 'Gone' });
      expect(world.nowMs - (gone?.atMs ?? 0)).toBeLessThanOrEqual(10 * SECOND_MS);
      expect([listed, world.seen.cloudCalls().length - listed].map((count) => count <= 6)).toEqual([true, true]);
      expect(world.seen.cloudCalls().length).toBeLessThanOrEqual(7);
    }
  });

  it('a death in mid-create costs a second at most', async () => {
    for (const options of eras(BASELINE)) {
      for (const atMs of [500, 10_000, 25_000, 39_000]) {
        const world = new ProvisionerWorld(options);
        world.createClaim();
        await world.advance(atMs);
        world.crash();
        await world.until(() => world.isReady());
        expect([atMs, world.nowMs <= 41 * SECOND_MS]).toEqual([atMs, true]);
        expect(world.seen.cloudCalls('create')).toHaveLength(1);
      }
    }
  });

  it('a claim deleted in mid-create is gone with its pool within twenty-five seconds', async () => {
    for (const options of eras(BASELINE)) {
      const world = new ProvisionerWorld(options);
      world.createClaim();
      await world.advance(8 * SECOND_MS);
      world.deleteClaim();
      await world.advance(25 * SECOND_MS);
      expect([world.hasPool(), world.isGone()]).toEqual([false, true]);
    }
  });

  it('at rest the pools are listed twelve times an hour, and nothing is written', async () => {
    for (const options of eras(BASELINE)) {
      const world = await readyWorld(options);
      await world.advance(10 * MINUTE_MS);
      const before = world.seen.calls.length;
      await world.advance(60 * MINUTE_MS);
      const calls = world.seen.calls.slice(before);
      expect(calls.filter(({ system }) => system === 'cloud').length).toBeLessThanOrEqual(12);
      expect(calls.filter(({ isWrite, target }) => isWrite && !target.startsWith('leases/'))).toEqual([]);
    }
  });
});
