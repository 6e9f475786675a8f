import { expect } from '@jest/globals';
import type { CloudFailure } from '@kaito/gpu-provisioner';
import * as z from 'zod';

import { CLAIM_APIS } from './claims.ts';
import { countedMetrics } from './counted.ts';
import { CLAIM, ProvisionerWorld } from './provisioner-world.ts';
import { statement } from './statement.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const NEVER_MS = 86_400_000;

const unavailable: CloudFailure = { kind: 'Transient', code: 'ServiceUnavailable', message: 'try again' };

statement(10, 'no status has a provider ID without Launched being True', async () => {
  for (const api of CLAIM_APIS) {
    const world = new ProvisionerWorld({ api });
    world.createClaim();
    await world.until(() => world.isReady());
    const provided = world.seen
      .ownWrites(api === 'Machine' ? 'machines' : 'nodeclaims')
      .map(({ object }) => WithStatus.parse(object).status)
      .filter(({ providerID }) => providerID !== undefined);
    expect(provided.length).toBeGreaterThan(1);
    const launched = provided.map(
      ({ conditions }) =>
        conditions.find(({ type }) => type === (api === 'Machine' ? 'MachineLaunched' : 'Launched'))?.status,
    );
    expect(new Set(launched)).toEqual(new Set(['True']));
  }
});

statement(24, 'a launch that comes to nothing is given up after five minutes, or what is set', async () => {
  for (const api of CLAIM_APIS) {
    for (const launchTimeoutMs of [undefined, MINUTE_MS]) {
      const { counted, metrics } = countedMetrics();
      const provisioner = launchTimeoutMs === undefined ? {} : { launchTimeoutMs };
      const world = new ProvisionerWorld({ api, metrics, provisioner });
      world.cloud.refuseNext('create', unavailable, 999);
      world.createClaim();
      await world.until(() => world.isGone());
      const limitMs = launchTimeoutMs ?? 5 * MINUTE_MS;
      expect(world.nowMs).toBeGreaterThan(limitMs);
      expect(world.nowMs).toBeLessThan(limitMs + MINUTE_MS);
      expect(world.events().map(({ reason }) => reason)).toContain('LaunchTimeout');
      const reason = api === 'Machine' ? 'liveness' : 'launch_timeout';
      expect(counted.some((one) => one.includes('terminated') && one.includes(`reason=${reason}`))).toBe(true);
    }
  }
});

statement(24, 'the limit stands still while the pool is being created, or waits for its turn', async () => {
  for (const api of CLAIM_APIS) {
    const slow = { vmBootedMs: 8 * MINUTE_MS, poolReadyMs: 9 * MINUTE_MS, concurrency: 'serial' } as const;
    const world = new ProvisionerWorld({ api, cloud: slow });
    world.createClaim('wsa');
    world.createClaim('wsb');
    await world.until(() => world.isReady('wsa') && world.isReady('wsb'), 60 * MINUTE_MS);
    expect(world.seen.pools.filter(({ phase }) => phase === 'Deleting')).toEqual([]);
  }
});

statement(
  24,
  'a Node that does not join a pool that is ready costs the claim after fifteen minutes, or what is set',
  async () => {
    for (const api of CLAIM_APIS) {
      for (const registrationTimeoutMs of [undefined, MINUTE_MS]) {
        const { counted, metrics } = countedMetrics();
        const provisioner = registrationTimeoutMs === undefined ? {} : { registrationTimeoutMs };
        const world = new ProvisionerWorld({ api, metrics, provisioner, cluster: { nodeRegisteredMs: NEVER_MS } });
        world.createClaim();
        await world.until(() => world.seen.pools.some(({ name, phase }) => name === CLAIM && phase === 'Ready'));
        const readyMs = world.nowMs;
        await world.until(() => world.isGone(), 60 * MINUTE_MS);
        const limitMs = registrationTimeoutMs ?? 15 * MINUTE_MS;
        const deletedMs = world.seen.cloudCalls('delete')[0]?.atMs ?? 0;
        expect(deletedMs - readyMs).toBeGreaterThanOrEqual(limitMs);
        expect(deletedMs - readyMs).toBeLessThan(limitMs + MINUTE_MS);
        expect(world.events().map(({ reason }) => reason)).toContain('RegistrationTimeout');
        const reason = api === 'Machine' ? 'liveness' : 'registration_timeout';
        expect(counted.some((one) => one.includes('terminated') && one.includes(`reason=${reason}`))).toBe(true);
      }
    }
  },
);

statement(24, 'a creation that never ends costs the claim after half an hour', async () => {
  for (const api of CLAIM_APIS) {
    const world = new ProvisionerWorld({ api, cloud: { vmBootedMs: NEVER_MS, poolReadyMs: NEVER_MS } });
    world.createClaim();
    await world.until(() => world.isGone(), 60 * MINUTE_MS);
    const deletedMs = world.seen.cloudCalls('delete')[0]?.atMs ?? 0;
    expect(deletedMs).toBeGreaterThan(30 * MINUTE_MS - SECOND_MS);
    expect(deletedMs).toBeLessThan(31 * MINUTE_MS);
    expect(world.events().map(({ reason }) => reason)).toContain('LaunchTimeout');
  }
});

const WithStatus = z.object({
  status: z
    .object({
      providerID: z.string().optional(),
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
    })
    .prefault({}),
});
