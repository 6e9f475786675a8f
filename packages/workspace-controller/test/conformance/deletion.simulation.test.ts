import { expect } from '@jest/globals';
import { nodeClaims, nodePools } from '@kaito/types';

import { ERAS } from './claim-apis.ts';
import { ConsumerWorld, eras } from './consumer-world.ts';
import { statement } from './statement.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const COUNT = 3;

statement(68, 'all claims are deleted at once, and the Workspace goes after the last of them', async () => {
  for (const options of eras({})) {
    const world = new ConsumerWorld(options);
    world.apply(undefined, { count: COUNT });
    await world.until(() => world.made.length === COUNT);
    await world.until(() => world.condition('ResourceReady')?.status === 'True');
    world.standIn.isHoldingOn = true;
    world.deleteWorkspace();
    await world.until(() => areLeaving(world), 5 * SECOND_MS);
    expect(world.claims()).toHaveLength(COUNT);
    await world.advance(HOUR_MS);
    expect(world.isGuarded()).toBe(true);
    for (const { metadata } of world.claims()) {
      expect(world.message('WorkspaceDeleting')).toContain(metadata.name);
    }
    world.standIn.letGo();
    await world.until(() => world.isGone());
    const gone = world.seen.writes.filter(({ event }) => event === 'DELETED');
    const ends = gone.filter(({ plural }) => plural === ERAS[world.api].type.plural).map(({ atMs }) => atMs);
    expect(ends).toHaveLength(COUNT);
    expect(gone.find(({ plural }) => plural === 'workspaces')?.atMs).toBeGreaterThanOrEqual(Math.max(...ends));
  }
});

statement(68, 'claims that are on their way, and those that were made at the last moment, go as well', async () => {
  for (const options of eras({})) {
    for (const delayMs of [0, 2, 4, 6, 8, 10, 20, 200, 5_500]) {
      const world = new ConsumerWorld(options);
      world.apply(undefined, { count: COUNT });
      await world.until(() => world.isGuarded());
      await world.advance(delayMs);
      world.deleteWorkspace();
      await world.until(() => world.isGone());
      await world.advance(60 * SECOND_MS);
      expect(world.claims()).toEqual([]);
    }
  }
});

statement(
  68,
  'whoever made a claim for the Workspace, and a controller that dies meanwhile, changes nothing',
  async () => {
    for (const options of eras({})) {
      const world = new ConsumerWorld(options);
      world.apply();
      await world.until(() => world.made.length === 1);
      const made = world.made[0]?.claim;
      const { type } = ERAS[world.api];
      const labels = made?.metadata.labels ?? {};
      const manifest = {
        apiVersion: `${type.group}/${type.version}`,
        kind: type.kind,
        metadata: { name: 'wsofthego', labels },
        spec: made?.['spec'],
      };
      world.world.server.create({ type, manifest, fieldManager: 'workspace' });
      await world.until(() => world.isReady());
      world.standIn.isHoldingOn = true;
      world.deleteWorkspace();
      await world.until(() => areLeaving(world));
      world.crash();
      await world.advance(HOUR_MS);
      expect(world.isGuarded()).toBe(true);
      world.standIn.letGo();
      await world.until(() => world.isGone());
      expect(world.claims()).toEqual([]);
    }
  },
);

statement(
  68,
  'a NodePool is deleted, its claims are left to it, and the Workspace goes after all of them',
  async () => {
    const world = new ConsumerWorld({ provisioner: 'karpenter' });
    world.apply(undefined, { count: COUNT });
    await world.until(() => world.condition('ResourceReady')?.status === 'True');
    expect(world.claims()).toHaveLength(COUNT);
    expect(world.made).toEqual([]);
    world.deleteWorkspace();
    await world.until(() => world.isGone());
    expect([...world.claims(), ...world.list(nodePools)]).toEqual([]);
    expect(world.seen.ownWrites(nodeClaims.plural)).toEqual([]);
    const gone = world.seen.writes.filter(({ event }) => event === 'DELETED');
    const ends = gone.filter(({ plural }) => ['nodeclaims', 'nodepools'].includes(plural)).map(({ atMs }) => atMs);
    expect(ends).toHaveLength(COUNT + 1);
    expect(gone.find(({ plural }) => plural === 'workspaces')?.atMs).toBeGreaterThanOrEqual(Math.max(...ends));
  },
);

function areLeaving(world: ConsumerWorld): boolean {
  return world.claims().every(({ metadata }) => metadata.deletionTimestamp !== undefined);
}
