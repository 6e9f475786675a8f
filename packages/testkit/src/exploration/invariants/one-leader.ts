import type { World } from '../../simulation/world.ts';
import { specOf, textOf } from '../fields.ts';
import { leases, LEASES } from '../leases.ts';
import type { Invariant } from './invariant.ts';

export const onlyLeaderWrites: Invariant = {
  name: 'only the leader writes',
  observe: ({ violated, world }) => ({
    onCall: ({ isWrite, target, verb }, replica) => {
      if (!isWrite || target.startsWith('leases/') || target.startsWith('events/')) {
        return;
      }
      const holder = holderOf(world, LEASES[replica.role]);
      if (holder !== replica.identity) {
        violated(`${replica.identity} sends ${verb} ${target} while ${holder ?? 'nobody'} holds the lease`);
      }
    },
  }),
};

function holderOf(world: World, name: string): string | undefined {
  const lease = world.server.get({ type: leases, key: { name, namespace: 'kaito-system' } });
  return lease === undefined ? undefined : textOf(specOf(lease)['holderIdentity']);
}
