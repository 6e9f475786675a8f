import type { World } from '../../simulation/world.ts';
import { Disturbance } from './disturbance.ts';
import type { Invariant } from './invariant.ts';
import { claimNamed, claimUidOf, isClaimType } from './marks.ts';

/** Decisions: 6 minutes, and a deletion of 2, at the scale of the simulated cloud; and the time to become leader. */
const OWNERLESS_BOUND_MS = 24_000 + 20_000;

/** Names of the pools that we made, that stay, and whose claim is not there. */
function ownerlessPools(world: World): readonly string[] {
  return world.cloud.pools
    .filter((pool) => claimUidOf(pool) !== undefined && pool.phase !== 'Deleting')
    .filter((pool) => claimNamed(world, pool.name)?.metadata.uid !== claimUidOf(pool))
    .map(({ name }) => name);
}

export const ownedPool: Invariant = {
  name: 'no pool without an owner for longer than the bound',
  observe: ({ world, violated }) => {
    const disturbance = new Disturbance(world);
    let since: ReadonlyMap<string, number> = new Map();
    const look = (): void => {
      const now = world.time.elapsedMs;
      since = new Map(ownerlessPools(world).map((name) => [name, since.get(name) ?? now]));
    };
    return {
      onCall: disturbance.onCall,
      onCloudEvent: look,
      onChange: ({ type }) => {
        if (isClaimType(type)) {
          look();
        }
      },
      onStep: () => {
        for (const [pool, sinceMs] of since) {
          if (disturbance.undisturbedMs(sinceMs) > OWNERLESS_BOUND_MS) {
            violated(`pool ${pool} has had no claim for ${(world.time.elapsedMs - sinceMs) / 1000} s`);
          }
        }
      },
    };
  },
};
