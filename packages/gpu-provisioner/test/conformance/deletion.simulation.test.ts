import { expect } from '@jest/globals';
import type { KubernetesObject } from '@kaito/controller-runtime';
import { finalizers, nodes } from '@kaito/types';

import { claimType } from './claims.ts';
import type { ClaimParts } from './claims.ts';
import { eras, readyWorld } from './eras.ts';
import { CLAIM, ProvisionerWorld } from './provisioner-world.ts';
import { statement } from './statement.ts';

const SECOND_MS = 1_000;
const DENIED = { kind: 'Denied', code: 'AuthorizationFailed', message: 'the identity may not do this' } as const;

statement(40, 'a claim deleted in mid-create leaves nothing, and stays as long as its pool', async () => {
  for (const options of eras({}, { cloud: { mustAbort: true } })) {
    for (const afterSeconds of [0.01, 5, 60, 90, 110]) {
      const world = new ProvisionerWorld(options);
      world.createClaim();
      await world.until(() => world.hasPool());
      await world.advance(afterSeconds * SECOND_MS);
      world.deleteClaim();
      await world.until(() => world.isGone());
      const goneMs = world.seen.pools.findLast(({ name }) => name === CLAIM);
      expect(goneMs).toMatchObject({ phase: 'Gone' });
      expect(world.nowMs).toBeGreaterThanOrEqual(goneMs?.atMs ?? Infinity);
      await world.advance(60 * SECOND_MS);
      expect([world.hasPool(), world.node()]).toEqual([false, undefined]);
    }
  }
});

statement(41, 'a claim that was never launched is gone within ten seconds, without a delete in the cloud', async () => {
  for (const options of eras({})) {
    const claims: readonly ClaimParts[] = [{}, { instanceTypes: [] }];
    for (const parts of claims) {
      const world = new ProvisionerWorld(options);
      world.cloud.refuseNext('create', DENIED, 1_000);
      world.createClaim(CLAIM, parts);
      await world.until(() => world.condition('Launched')?.reason === 'LaunchFailed');
      world.deleteClaim();
      await world.until(() => world.isGone(), 10 * SECOND_MS);
      expect(world.seen.cloudCalls('delete')).toEqual([]);
    }
  }
});

statement(42, 'a claim whose pool somebody removed is deleted without an error', async () => {
  for (const options of eras({})) {
    for (const noticedMs of [0, 1, 400_000]) {
      const world = await readyWorld(options);
      world.cloud.removePool(CLAIM);
      await world.advance(noticedMs);
      if (!world.isGone()) {
        world.deleteClaim();
      }
      await world.until(() => world.isGone(), 120 * SECOND_MS);
      expect(world.events().filter(({ reason }) => /fail/iu.test(reason))).toEqual([]);
      await world.until(() => world.node() === undefined, 120 * SECOND_MS);
    }
  }
});

statement(45, 'a pool gets one delete, though its claim and its Node change all the while', async () => {
  for (const options of eras({})) {
    const world = await readyWorld(options);
    world.deleteClaim();
    await world.until(() => world.seen.pools.at(-1)?.phase === 'Deleting');
    for (let round = 0; !world.isGone(); round += 1) {
      world.patchClaim({ metadata: { annotations: { 'example.com/round': String(round) } } });
      const node = world.node();
      if (node !== undefined) {
        const { name } = node.metadata;
        world.patch(nodes, { name }, { metadata: { annotations: { 'example.com/round': String(round) } } });
      }
      await world.advance(3 * SECOND_MS);
    }
    expect(world.seen.cloudCalls('delete')).toHaveLength(1);
    expect(world.seen.pools.at(-1)).toMatchObject({ name: CLAIM, phase: 'Gone' });
  }
});

statement(47, 'the finalizers of Node and claim go after the cloud has said that the pool is gone', async () => {
  for (const options of eras({})) {
    const world = await readyWorld(options);
    world.deleteClaim();
    await world.until(() => world.isGone());
    const gone = world.seen.pools.find(({ phase }) => phase === 'Gone');
    const told = world.seen.cloudCalls().find(({ atMs }) => gone !== undefined && atMs >= gone.atMs);
    expect(told).toBeDefined();
    for (const plural of ['nodes', claimType(world.api).plural]) {
      // What loses its last finalizer while it is being deleted is gone with that write.
      const freed = world.seen
        .ownWrites(plural)
        .filter(({ before, event, object }) => event === 'DELETED' || (isHeld(before) && !isHeld(object)));
      expect(freed.length).toBeGreaterThan(0);
      expect(freed.every(({ atMs }) => atMs > (told?.atMs ?? Infinity))).toBe(true);
    }
  }
});

function isHeld(object: KubernetesObject | undefined): boolean {
  return object?.metadata.finalizers?.includes(finalizers.termination) === true;
}
