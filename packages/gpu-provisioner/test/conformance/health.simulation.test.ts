import { describe, expect, it } from '@jest/globals';
import { annotations } from '@kaito/types';

import { eras, readyWorld } from './eras.ts';
import { nodeOf, statusOf } from './node-views.ts';
import { CLAIM, ProvisionerWorld } from './provisioner-world.ts';
import { statement } from './statement.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const NAMES = ['wsa', 'wsb', 'wsc', 'wsd', 'wse'];

statement(52, 'a Node that has not been Ready for ten minutes costs its claim', async () => {
  for (const options of eras({})) {
    const world = await readyWorld(options);
    await world.advance(20 * MINUTE_MS);
    world.world.cluster.silence(nodeOf(world).metadata.name);
    await world.until(() => !isNodeReady(world));
    const sinceMs = world.nowMs;
    await world.advance(9 * MINUTE_MS);
    expect(world.claim()?.metadata.deletionTimestamp).toBeUndefined();
    await world.until(() => world.claim()?.metadata.deletionTimestamp !== undefined, 2 * MINUTE_MS);
    expect(world.nowMs - sinceMs).toBeGreaterThanOrEqual(10 * MINUTE_MS - SECOND_MS);
    expect(world.nowMs - sinceMs).toBeLessThanOrEqual(10 * MINUTE_MS + 2 * SECOND_MS);
    expect(world.events().filter(({ reason }) => reason === 'NodeUnhealthy')).toHaveLength(1);
    await world.until(() => world.isGone() && !world.hasPool(), 5 * MINUTE_MS);
  }
});

statement(52, 'a Node that comes back in time, or whose repair is switched off, keeps its claim', async () => {
  for (const options of eras({}, { provisioner: { isNodeRepairOn: false } })) {
    const world = await readyWorld(options);
    await world.advance(20 * MINUTE_MS);
    const { name } = nodeOf(world).metadata;
    const isOff = options.provisioner?.isNodeRepairOn === false;
    for (let round = 0; round < 3; round += 1) {
      world.world.cluster.silence(name);
      await world.until(() => !isNodeReady(world));
      await world.advance((isOff ? 60 : 9) * MINUTE_MS);
      world.world.cluster.revive(name);
      await world.until(() => isNodeReady(world));
    }
    expect(world.isReady()).toBe(true);
    expect(world.events().map(({ reason }) => reason)).not.toContain('NodeUnhealthy');
  }
});

statement(52, 'when too many Nodes are not Ready at once, none costs its claim, and one event says so', async () => {
  for (const options of eras({})) {
    const world = await readyWorld(options, ...NAMES);
    await world.advance(20 * MINUTE_MS);
    for (const name of ['wsb', 'wsd']) {
      world.world.cluster.silence(nodeOf(world, name).metadata.name);
      await world.advance(30 * SECOND_MS);
    }
    await world.advance(13 * MINUTE_MS);
    expect(NAMES.filter((name) => world.claim(name)?.metadata.deletionTimestamp !== undefined)).toEqual([]);
    const blocked = NAMES.flatMap((name) => world.events(name)).filter(({ reason }) => reason === 'NodeRepairBlocked');
    expect(blocked.map(({ note, regarding }) => `${regarding.name}: ${note}`)).toEqual([
      expect.stringMatching(/^wsb: 2 of 5 Nodes are not Ready, which is more than 20 %/u),
    ]);
    world.world.cluster.revive(nodeOf(world, 'wsb').metadata.name);
    await world.until(() => world.isGone('wsd'), 15 * MINUTE_MS);
    expect(world.isReady('wsb')).toBe(true);
  }
});

describe('GPUs that never appear', () => {
  it('are told of once, with the Node and the device plugin, and cost nothing', async () => {
    for (const options of eras({ cluster: { devicePluginMs: Infinity } })) {
      const world = new ProvisionerWorld(options);
      world.createClaim(CLAIM, { requests: { 'nvidia.com/gpu': '1' } });
      await world.until(() => world.condition('Initialized')?.reason === 'ResourceNotRegistered');
      await world.advance(9 * MINUTE_MS);
      expect(told(world)).toEqual([]);
      await world.advance(60 * MINUTE_MS);
      const { name } = nodeOf(world).metadata;
      const sentence = expect.stringMatching(new RegExp(`Node ${name} .*NVIDIA device plugin.*DaemonSet`, 'u'));
      expect(told(world)).toEqual([sentence]);
      expect(world.condition('Initialized')?.message).toEqual(sentence);
      expect(world.hasPool()).toBe(true);
    }
  });

  it('are told of though nobody has requested them, and by the next process not again', async () => {
    for (const options of eras({ cluster: { devicePluginMs: Infinity } })) {
      const world = await readyWorld(options);
      await world.until(() => told(world).length > 0, 11 * MINUTE_MS);
      world.crash();
      await world.advance(30 * MINUTE_MS);
      expect(told(world)).toHaveLength(1);
      expect(world.claim()?.metadata.annotations?.[annotations.gpuAwaitedSince]).toBeDefined();
      expect(nodeOf(world).metadata.annotations?.[annotations.gpuAwaitedSince]).toBeUndefined();
      expect(world.isReady()).toBe(true);
    }
  });

  it('are not expected of sizes without any', async () => {
    for (const options of eras({})) {
      const world = new ProvisionerWorld(options);
      world.createClaim(CLAIM, { instanceTypes: ['Standard_D8s_v5'] });
      await world.until(() => world.isReady());
      await world.advance(60 * MINUTE_MS);
      expect(told(world)).toEqual([]);
    }
  });
});

describe('a claim that reaches its age', () => {
  it('is deleted, with an event, though it is not to be disrupted', async () => {
    const world = new ProvisionerWorld({ api: 'NodeClaim' });
    world.createClaim(CLAIM, { spec: { expireAfter: '1h' } });
    const createdMs = world.nowMs;
    await world.until(() => world.isReady());
    await world.until(() => world.claim()?.metadata.deletionTimestamp !== undefined, 61 * MINUTE_MS);
    expect(Math.abs(world.nowMs - createdMs - 60 * MINUTE_MS)).toBeLessThanOrEqual(2 * SECOND_MS);
    expect(world.events().map(({ reason }) => reason)).toContain('Expired');
    await world.until(() => world.isGone() && !world.hasPool(), 5 * MINUTE_MS);
  });
});

function isNodeReady(world: ProvisionerWorld): boolean {
  return statusOf(world.node()).conditions.some(({ status, type }) => type === 'Ready' && status === 'True');
}

function told(world: ProvisionerWorld): readonly string[] {
  return world.events().flatMap(({ note, reason }) => (reason === 'GpuNotAdvertised' ? [note] : []));
}
