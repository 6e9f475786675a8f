import type { KubernetesObject } from '@kaito/controller-runtime';
import { annotations, labels, nodes } from '@kaito/types';

import type { Change } from '../../api-server/table.ts';
import type { CloudEvent } from '../../cloud/cloud-state.ts';
import type { Replica } from '../../simulation/replica.ts';
import type { World } from '../../simulation/world.ts';
import { isTrue } from '../../cluster/reading.ts';
import { conditionOf } from '../fields.ts';
import { View } from '../view.ts';
import type { Invariant } from './invariant.ts';
import {
  claimNamed,
  claimUidOf,
  hasExpired,
  isClaimType,
  isDeletion,
  isOwnClaim,
  isStaying,
  ownerOf,
  poolNamed,
  providerOf,
} from './marks.ts';

export const wanted: Invariant = {
  name: 'nothing is deleted that a living owner wants',
  observe: ({ violated, world }) => ({
    onChange: (change, actor) => {
      if (actor === undefined || !isDeletion(change)) {
        return;
      }
      const { name } = change.object.metadata;
      if (isClaimType(change.type) && isWantedClaim(world, change.object)) {
        violated(`${actor.role} deletes the claim ${name}, which somebody wants`);
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
function isWantedClaim(world: World, claim: KubernetesObject): boolean {
  const pool = poolNamed(world, claim.metadata.name);
  const isAskedFor = isOwnClaim(claim) ? !hasExpired(world, claim) : isStaying(ownerOf(world, claim));
  return hasFineNode(world, claim) && pool !== undefined && pool.phase !== 'Failed' && isAskedFor;
}

function hasFineNode(world: World, claim: KubernetesObject): boolean {
  const node = new View(world.server, world.cloud).nodeOf(providerOf(claim) ?? '');
  const isTaken = node?.metadata.uid === claim.metadata.annotations?.[annotations.nodeUid];
  return node !== undefined && isTaken && isStaying(node) && isTrue(node, 'Ready');
}

/** Who still needs a Node that is Ready. */
function ownerOfNode(world: World, { object }: Change): 'nobody' | 'somebody else' | 'a living claim' {
  const name = object.metadata.labels?.[labels.agentPool];
  if (!isTrue(object, 'Ready')) {
    return 'nobody';
  }
  if (isStaying(claimNamed(world, name))) {
    return 'a living claim';
  }
  const pool = poolNamed(world, name);
  return pool === undefined || claimUidOf(pool) !== undefined ? 'nobody' : 'somebody else';
}

function poolOfLivingClaim(world: World, event: CloudEvent, actor: Replica | undefined): string | undefined {
  if (event.kind !== 'PoolChanged' || event.pool.phase !== 'Deleting' || actor === undefined) {
    return undefined;
  }
  const machine = claimNamed(world, event.pool.name);
  const isOwn = machine?.metadata.uid === claimUidOf(event.pool) && isStaying(machine);
  return isOwn && machine !== undefined && hasLaunched(machine) ? event.pool.name : undefined;
}

function hasLaunched(machine: KubernetesObject): boolean {
  return ['MachineLaunched', 'Launched'].some((type) => conditionOf(machine, type)?.status === 'True');
}
