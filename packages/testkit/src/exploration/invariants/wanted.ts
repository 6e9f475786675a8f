import type { KubernetesObject } from '@kaito/controller-runtime';
import { annotations, labels, machines, nodes } from '@kaito/types';

import type { Change } from '../../api-server/table.ts';
import type { CloudEvent } from '../../cloud/cloud-state.ts';
import type { Replica } from '../../simulation/replica.ts';
import type { World } from '../../simulation/world.ts';
import { isTrue } from '../../cluster/reading.ts';
import { conditionOf } from '../fields.ts';
import { View } from '../view.ts';
import type { Invariant } from './invariant.ts';
import { claimUidOf, isDeletion, isStaying, machineNamed, ownerOf, poolNamed, providerOf } from './marks.ts';

export const wanted: Invariant = {
  name: 'nothing is deleted that a living owner wants',
  observe: ({ violated, world }) => ({
    onChange: (change, actor) => {
      if (actor === undefined || !isDeletion(change)) {
        return;
      }
      const { name } = change.object.metadata;
      if (change.type.plural === machines.plural && isWantedClaim(world, change.object)) {
        violated(`${actor.role} deletes Machine ${name}, which its Workspace wants`);
      }
      const owner = change.type.plural === nodes.plural ? ownerOfNode(world, change) : 'nobody';
      if (owner !== 'nobody') {
        violated(`${actor.role} deletes the Node ${name} of ${owner}`);
      }
    },
    onCloudEvent: (event, actor) => {
      const pool = poolOfLivingClaim(world, event, actor);
      if (pool !== undefined) {
        violated(`${actor?.role ?? ''} deletes the pool ${pool} of a living claim`);
      }
    },
  }),
};

/** Its Workspace is there to stay, and the Node that it took does its work: none of the five rules applies. */
function isWantedClaim(world: World, machine: KubernetesObject): boolean {
  const node = new View(world.server, world.cloud).nodeOf(providerOf(machine) ?? '');
  const isTaken = node?.metadata.uid === machine.metadata.annotations?.[annotations.nodeUid];
  const isFine = node !== undefined && isTaken && isStaying(node) && isTrue(node, 'Ready');
  const pool = poolNamed(world, machine.metadata.name);
  return isFine && pool !== undefined && pool.phase !== 'Failed' && isStaying(ownerOf(world, machine));
}

/** Who still needs a Node that is Ready. */
function ownerOfNode(world: World, { object }: Change): 'nobody' | 'somebody else' | 'a living claim' {
  const name = object.metadata.labels?.[labels.agentPool];
  if (!isTrue(object, 'Ready')) {
    return 'nobody';
  }
  if (isStaying(machineNamed(world, name))) {
    return 'a living claim';
  }
  const pool = poolNamed(world, name);
  return pool === undefined || claimUidOf(pool) !== undefined ? 'nobody' : 'somebody else';
}

function poolOfLivingClaim(world: World, event: CloudEvent, actor: Replica | undefined): string | undefined {
  if (event.kind !== 'PoolChanged' || event.pool.phase !== 'Deleting' || actor === undefined) {
    return undefined;
  }
  const machine = machineNamed(world, event.pool.name);
  const isOwn = machine?.metadata.uid === claimUidOf(event.pool) && isStaying(machine);
  return isOwn && machine !== undefined && hasLaunched(machine) ? event.pool.name : undefined;
}

function hasLaunched(machine: KubernetesObject): boolean {
  return conditionOf(machine, 'MachineLaunched')?.status === 'True';
}
