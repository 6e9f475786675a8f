import { labels, machines } from '@kaito/types';

import type { Invariant } from './invariant.ts';
import { claimUidOf } from './marks.ts';

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
      if (actor === undefined || before === undefined || type.plural !== machines.plural) {
        return;
      }
      if (before.metadata.labels?.[labels.workspace] === undefined) {
        violated(`${actor.role} wrote the Machine ${object.metadata.name}, which is not ours`);
      }
    },
  }),
};
