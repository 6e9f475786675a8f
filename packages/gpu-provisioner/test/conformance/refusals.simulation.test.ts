import { describe, expect, it } from '@jest/globals';
import type { CloudFailure } from '@kaito/gpu-provisioner';

import { eras, readyWorld } from './eras.ts';
import { addPool, mark } from './marked-pools.ts';
import { CLAIM, ProvisionerWorld } from './provisioner-world.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const DENIED: CloudFailure = { kind: 'Denied', code: 'AuthorizationFailed', message: 'no delete' };
const UNAVAILABLE: CloudFailure = { kind: 'Transient', code: 'ServiceUnavailable', message: 'please retry' };

describe('while the pools cannot be listed', () => {
  it('nothing is created, and the claim says why', async () => {
    for (const options of eras({})) {
      const world = new ProvisionerWorld(options);
      world.cloud.refuseNext('list', DENIED, 1_000);
      world.createClaim();
      await world.advance(2 * MINUTE_MS);
      expect(world.seen.cloudCalls('create')).toEqual([]);
      expect(world.condition('Launched')?.reason).toBe('LaunchFailed');
      expect(world.condition('Launched')?.message).toContain('AuthorizationFailed');
      world.cloud.forgive();
      await world.until(() => world.isReady(), 5 * MINUTE_MS);
    }
  });
});

describe('a delete that is refused', () => {
  it('for lack of a permission is tried again, and an event tells who can give it', async () => {
    for (const options of eras({})) {
      const world = await deletedWorld(options, DENIED);
      expect(failures(world)).toEqual([
        expect.stringMatching(
          /^agent pool ws\d+ cannot be deleted: Azure does not allow it\. Give the identity .*AuthorizationFailed: no delete$/u,
        ),
      ]);
    }
  });

  it('for a moment bothers nobody', async () => {
    for (const options of eras({})) {
      expect(failures(await deletedWorld(options, UNAVAILABLE))).toEqual([]);
    }
  });
});

describe('a pool of the name of a claim', () => {
  it('is never touched when it is not ours, or of another cluster, and the claim says so', async () => {
    for (const options of eras({})) {
      for (const isMarked of [false, true]) {
        const world = new ProvisionerWorld(options);
        addPool(world, CLAIM, isMarked ? { ...mark(world, CLAIM), 'kaito-cluster': 'another' } : { team: 'other' });
        world.createClaim();
        await world.advance(2 * MINUTE_MS);
        expect(world.condition('Launched')).toMatchObject({
          reason: 'LaunchFailed',
          message: `agent pool ${CLAIM} exists and is not this claim's. Delete the pool, or this claim`,
        });
        world.deleteClaim();
        await world.until(() => world.isGone(), MINUTE_MS);
        expect(world.hasPool()).toBe(true);
        expect(world.seen.cloudCalls().filter(({ isWrite }) => isWrite)).toEqual([]);
      }
    }
  });

  it('goes before ours is made when an earlier claim left it behind', async () => {
    for (const options of eras({})) {
      const world = new ProvisionerWorld(options);
      addPool(world, CLAIM, mark(world, CLAIM));
      world.createClaim();
      await world.until(() => world.isReady(), 10 * MINUTE_MS);
      expect(world.seen.cloudCalls('delete')).toHaveLength(1);
      const phases = world.seen.pools.filter(({ name }) => name === CLAIM).map(({ phase }) => phase);
      expect(phases.slice(phases.indexOf('Deleting'), -1)).toEqual(['Deleting', 'Gone', 'Creating']);
    }
  });

  it('that lists leave out costs nothing while its Node is Ready', async () => {
    for (const options of eras({})) {
      const world = await readyWorld(options);
      await world.advance(10 * MINUTE_MS);
      world.cloud.hide(CLAIM);
      await world.advance(20 * MINUTE_MS);
      expect([world.isReady(), world.hasPool()]).toEqual([true, true]);
    }
  });
});

async function deletedWorld(
  options: Parameters<typeof readyWorld>[0],
  failure: CloudFailure,
): Promise<ProvisionerWorld> {
  const world = await readyWorld(options);
  await world.advance(60 * SECOND_MS);
  world.cloud.refuseNext('delete', failure);
  world.deleteClaim();
  await world.until(() => world.isGone(), 5 * MINUTE_MS);
  await world.advance(SECOND_MS);
  expect(world.hasPool()).toBe(false);
  expect(world.seen.cloudCalls('delete')).toHaveLength(2);
  return world;
}

function failures(world: ProvisionerWorld): readonly string[] {
  return world.events().flatMap(({ note, reason }) => (reason === 'AgentPoolDeletionFailed' ? [note] : []));
}
