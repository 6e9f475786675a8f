import { describe, expect, it } from '@jest/globals';
import { nodes } from '@kaito/types';

import { eras, readyWorld } from './eras.ts';
import type { ProvisionerWorld } from './provisioner-world.ts';

const MINUTE_MS = 60_000;
const NAMES = ['wsa', 'wsb', 'wsc', 'wsd'];

describe('a cluster that is stopped and started', () => {
  it('keeps its claims and its pools, whose Nodes are taken again', async () => {
    for (const options of eras({})) {
      for (const areNodesDeleted of [false, true]) {
        const world = await readyWorld(options, ...NAMES);
        const uids = NAMES.map((name) => world.claim(name)?.metadata.uid);
        await world.advance(10 * MINUTE_MS);
        world.cloud.switchCluster('Stopped');
        await world.advance(3 * MINUTE_MS);
        if (areNodesDeleted) {
          deleteNodes(world);
        }
        await world.advance(45 * MINUTE_MS);
        expect(NAMES.filter((name) => world.node(name) === undefined)).toEqual(areNodesDeleted ? NAMES : []);
        // The provisioner ran on one of them.
        world.crash();
        world.cloud.switchCluster('Running');
        await world.until(() => NAMES.every((name) => world.isReady(name) && world.node(name) !== undefined));
        await world.advance(30 * MINUTE_MS);
        expect(NAMES.map((name) => world.claim(name)?.metadata.uid)).toEqual(uids);
        expect(NAMES.filter((name) => !world.isReady(name))).toEqual([]);
        expect(world.seen.cloudCalls('delete')).toEqual([]);
        expect(world.seen.cloudCalls('create')).toHaveLength(NAMES.length);
        world.end();
      }
    }
  });

  it('says on the claim that its pool is stopped, and costs no more calls than one at rest', async () => {
    for (const options of eras({})) {
      const world = await readyWorld(options, 'wsa');
      world.cloud.switchPool('wsa', 'Stopped');
      await world.advance(3 * MINUTE_MS);
      deleteNodes(world, ['wsa']);
      await world.advance(10 * MINUTE_MS);
      expect(world.condition('Registered', 'wsa')?.message).toContain('agent pool wsa is stopped. Start it');
      const before = world.seen.cloudCalls().length;
      await world.advance(60 * MINUTE_MS);
      expect(world.seen.cloudCalls().length - before).toBeLessThanOrEqual(12);
    }
  });

  it('lets a claim be deleted while its pool is stopped', async () => {
    for (const options of eras({})) {
      const world = await readyWorld(options, 'wsa');
      world.cloud.switchPool('wsa', 'Stopped');
      await world.advance(10 * MINUTE_MS);
      world.deleteClaim('wsa');
      await world.until(() => world.isGone('wsa') && !world.hasPool('wsa'), 10 * MINUTE_MS);
      expect(world.seen.cloudCalls('delete')).toHaveLength(1);
    }
  });
});

function deleteNodes(world: ProvisionerWorld, names: readonly string[] = NAMES): void {
  for (const name of names) {
    world.delete(nodes, world.node(name)?.metadata.name ?? '');
  }
}
