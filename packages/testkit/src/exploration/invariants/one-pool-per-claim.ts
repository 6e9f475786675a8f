import type { Invariant } from './invariant.ts';
import { claimUidOf } from './marks.ts';

export const onePoolPerClaim: Invariant = {
  name: 'never two pools for one claim',
  observe: ({ world, violated }) => ({
    onCloudEvent: (event, actor) => {
      const uid = event.kind === 'PoolChanged' ? claimUidOf(event.pool) : undefined;
      const same = world.cloud.pools.filter((pool) => uid !== undefined && claimUidOf(pool) === uid);
      if (actor !== undefined && same.length > 1) {
        violated(`claim ${uid ?? ''} has the pools ${same.map(({ name }) => name).join(', ')}`);
      }
    },
  }),
};
