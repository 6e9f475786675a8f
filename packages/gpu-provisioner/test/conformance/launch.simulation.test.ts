import { expect } from '@jest/globals';
import type { Effect, FaultKind } from '@kaito/testkit';

import { CLAIM_APIS } from './claims.ts';
import type { ClaimApi } from './claims.ts';
import { CLAIM, ProvisionerWorld } from './provisioner-world.ts';
import { statement } from './statement.ts';

const KINDS = ['crash-before', 'crash-after'] as const satisfies readonly FaultKind[];

statement(7, 'one create is sent for a claim, whichever request the process dies at', async () => {
  for (const api of CLAIM_APIS) {
    const undisturbed = await readyWorld(api, () => undefined);
    const requests = undisturbed.world.effectCount;
    expect(requests).toBeGreaterThan(10);
    for (let at = 0; at < requests; at += 1) {
      for (const kind of KINDS) {
        const world = await readyWorld(api, ({ index }) => (index === at ? kind : undefined));
        expect({ api, at, kind, creates: world.seen.sent('create').length }).toEqual({ api, at, kind, creates: 1 });
        expect(world.seen.pools.filter(({ name, phase }) => name === CLAIM && phase === 'Creating')).toHaveLength(1);
        world.end();
      }
    }
  }
});

async function readyWorld(api: ClaimApi, fault: (effect: Effect) => FaultKind | undefined): Promise<ProvisionerWorld> {
  const world = new ProvisionerWorld({ api, fault });
  world.createClaim();
  await world.until(() => world.isReady());
  return world;
}
