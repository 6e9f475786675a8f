import type { KubernetesObject } from '@kaito/controller-runtime';
import { finalizers } from '@kaito/types';

import type { Invariant } from './invariant.ts';
import { claimNamed, claimUidOf, isClaimType, poolNamed } from './marks.ts';

function isGuarded(machine: KubernetesObject | undefined): boolean {
  return machine?.metadata.finalizers?.includes(finalizers.termination) === true;
}

export const guardedPool: Invariant = {
  name: 'a finalizer comes before the pool that it guards and goes after it',
  observe: ({ world, violated }) => ({
    onCloudEvent: (event, actor) => {
      if (event.kind === 'PoolChanged' && event.pool.phase === 'Creating' && actor !== undefined) {
        const machine = claimNamed(world, event.pool.name);
        // A request of a process that stood still may arrive when its claim has gone: the orphan's bound holds then.
        if (machine !== undefined && !isGuarded(machine)) {
          violated(`pool ${event.pool.name} is made while no finalizer is on its claim`);
        }
      }
    },
    onChange: ({ before, event, object, type }, actor) => {
      if (!isClaimType(type) || actor === undefined || !isGuarded(before)) {
        return;
      }
      const pool = poolNamed(world, object.metadata.name);
      const isLetGo = event === 'DELETED' || !isGuarded(object);
      if (isLetGo && pool !== undefined && claimUidOf(pool) === object.metadata.uid) {
        violated(`claim ${object.metadata.name} is let go while its pool is ${pool.phase}`);
      }
    },
  }),
};
