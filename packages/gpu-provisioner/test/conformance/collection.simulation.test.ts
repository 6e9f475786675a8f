import { expect } from '@jest/globals';
import type { CloudFailure } from '@kaito/gpu-provisioner';

import { CLAIM_APIS } from './claims.ts';
import { CLAIM, ProvisionerWorld } from './provisioner-world.ts';
import { statement } from './statement.ts';

const MINUTE_MS = 60_000;
const UNAVAILABLE: CloudFailure = { kind: 'Transient', code: 'ServiceUnavailable', message: 'try again later' };
const OTHER = 'ws876543210';

statement(51, 'claims and pools outlast lists that fail, and lists that name nothing', async () => {
  for (const api of CLAIM_APIS) {
    for (const trouble of ['fails', 'empty'] as const) {
      const world = new ProvisionerWorld({ api });
      world.createClaim();
      world.createClaim(OTHER);
      await world.until(() => world.isReady() && world.isReady(OTHER));
      if (trouble === 'fails') {
        world.cloud.refuseNext('list', UNAVAILABLE, 1_000);
        world.cloud.refuseNext('get', UNAVAILABLE, 1_000);
      } else {
        world.cloud.change({ isListEmpty: true });
      }
      world.world.cluster.silence(world.node()?.metadata.name ?? '');
      await world.advance(8 * MINUTE_MS);
      expect({ api, trouble, deletes: world.seen.cloudCalls('delete') }).toEqual({ api, trouble, deletes: [] });
      expect([world.isGone(), world.isGone(OTHER), world.hasPool(), world.hasPool(OTHER)]).toEqual([
        false,
        false,
        true,
        true,
      ]);
    }
  }
});

statement(51, 'a pool without a claim stays while lists fail or name nothing', async () => {
  for (const trouble of ['fails', 'empty'] as const) {
    const world = new ProvisionerWorld();
    world.createClaim();
    await world.until(() => world.isReady());
    world.patchClaim({ metadata: { finalizers: [] } });
    if (trouble === 'fails') {
      world.cloud.refuseNext('list', UNAVAILABLE, 1_000);
      world.cloud.refuseNext('get', UNAVAILABLE, 1_000);
    } else {
      world.cloud.change({ isListEmpty: true });
    }
    world.crash();
    world.deleteClaim();
    await world.advance(10 * MINUTE_MS);
    expect({ trouble, deletes: world.seen.cloudCalls('delete'), pool: world.hasPool(CLAIM) }).toEqual({
      trouble,
      deletes: [],
      pool: true,
    });
  }
});
