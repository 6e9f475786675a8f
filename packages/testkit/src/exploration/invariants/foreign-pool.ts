import type { Invariant } from './invariant.ts';
import { claimUidOf, isClaimType, isForeignClaim } from './marks.ts';

export const foreignPool: Invariant = {
  name: 'what is not ours is not touched',
  observe: ({ violated }) => ({
    onCloudEvent: (event, actor) => {
      const isPool = event.kind === 'PoolChanged' || event.kind === 'PoolGone';
      if (isPool && actor !== undefined && claimUidOf(event.pool) === undefined) {
        violated(`${actor.role} changed the pool ${event.pool.name}, which is somebody else's`);
      }
    },
    onChange: ({ object, type, before }, actor) => {
      if (actor === undefined || before === undefined || !isClaimType(type)) {
        return;
      }
      if (isForeignClaim(before)) {
        violated(`${actor.role} wrote the claim ${object.metadata.name}, which is not ours`);
      }
    },
  }),
};
