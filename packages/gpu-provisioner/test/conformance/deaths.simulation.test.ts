import { describe, expect, it } from '@jest/globals';
import type { FaultKind } from '@kaito/testkit';

import { eras } from './eras.ts';
import { CLAIM, ProvisionerWorld } from './provisioner-world.ts';
import type { ProvisionerWorldOptions } from './provisioner-world.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const KINDS = ['crash-before', 'crash-after', 'timed-out-though-done'] as const satisfies readonly FaultKind[];

describe('a death, or an answer that is lost', () => {
  it.each([
    ['deleted at rest', 120, {}],
    ['deleted in mid-create', 8, {}],
    ['deleted in mid-create, which must be aborted', 8, { mustAbort: true }],
    ['deleted before anything was done', 0, {}],
  ])('changes nothing about how a claim ends that is %s', async (_, deletedAtSeconds, cloud) => {
    for (const options of eras({ cloud })) {
      const undisturbed = await endedWorld(options, deletedAtSeconds);
      const requests = undisturbed.world.effectCount;
      expect(requests).toBeGreaterThan(2);
      for (let at = 0; at < requests; at += 1) {
        for (const kind of KINDS) {
          const fault: ProvisionerWorldOptions['fault'] = ({ index }) => (index === at ? kind : undefined);
          const world = await endedWorld({ ...options, fault }, deletedAtSeconds);
          expect({ at, kind, ...end(world) }).toEqual({ at, kind, ...end(undisturbed) });
          world.end();
        }
      }
      undisturbed.end();
    }
  });

  it('does not make a claim forget how many creates it has sent', async () => {
    for (const options of eras({})) {
      const world = new ProvisionerWorld(options);
      world.cloud.refuseNext('create', { kind: 'Transient', code: 'ServiceUnavailable', message: 'later' }, 1_000);
      world.createClaim();
      for (let minute = 0; minute < 59; minute += 1) {
        await world.advance(MINUTE_MS);
        world.crash();
      }
      expect(world.seen.cloudCalls('create').length).toBeGreaterThan(1);
      expect(world.seen.cloudCalls('create').length).toBeLessThanOrEqual(12);
    }
  });
});

async function endedWorld(options: ProvisionerWorldOptions, deletedAtSeconds: number): Promise<ProvisionerWorld> {
  const world = new ProvisionerWorld(options);
  world.createClaim();
  await world.advance(deletedAtSeconds * SECOND_MS);
  world.deleteClaim();
  await world.until(() => world.isGone(), 10 * MINUTE_MS);
  await world.advance(MINUTE_MS);
  return world;
}

/** What is left, and what was done to the pool. */
function end(world: ProvisionerWorld): object {
  const phases = world.seen.pools.filter(({ name }) => name === CLAIM).map(({ phase }) => phase);
  return {
    hasNode: world.node() !== undefined,
    hasPool: world.hasPool(),
    creations: phases.filter((phase) => phase === 'Creating').length <= 1,
    deletions: phases.filter((phase) => phase === 'Deleting').length <= 1,
  };
}
