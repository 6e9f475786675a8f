import { nodes } from '@kaito/types';

import type { Change } from '../../api-server/table.ts';
import type { World } from '../../simulation/world.ts';
import { isTrue } from '../../cluster/reading.ts';
import { View } from '../view.ts';
import { Disturbance } from './disturbance.ts';
import type { Invariant } from './invariant.ts';
import { isClaimType, isStaying, providerOf } from './marks.ts';

/** For a Node that goes to be noticed, and its claim to be given up. */
const LOSS_BOUND_MS = 10_000;

interface Taken {
  readonly claim: string;
  readonly node: string;
  lostAtMs?: number;
}

export const keptNode: Invariant = {
  name: 'a claim goes with the Node that it took',
  observe: ({ violated, world }) => {
    const disturbance = new Disturbance(world);
    /** By the uid of the claim. */
    const taken = new Map<string, Taken>();
    return {
      onCall: disturbance.onCall,
      onChange: (change) => {
        if (isClaimType(change.type)) {
          noteClaim(world, taken, change);
        } else if (change.type.plural === nodes.plural && change.event === 'DELETED') {
          const lost = [...taken.values()].find(({ node }) => node === change.object.metadata.uid);
          if (lost !== undefined) {
            lost.lostAtMs = world.time.elapsedMs;
          }
        }
      },
      onStep: () => {
        for (const { claim, lostAtMs } of taken.values()) {
          if (lostAtMs !== undefined && disturbance.undisturbedMs(lostAtMs) > LOSS_BOUND_MS) {
            violated(`the claim ${claim} lives on though the Node that it took has gone`);
          }
        }
      },
    };
  },
};

function noteClaim(world: World, taken: Map<string, Taken>, { event, object }: Change): void {
  const { name, uid } = object.metadata;
  if (event === 'DELETED' || !isStaying(object)) {
    taken.delete(uid);
    return;
  }
  const node = new View(world.server, world.cloud).nodeOf(providerOf(object) ?? '');
  if (!taken.has(uid) && node !== undefined && isTrue(object, 'Ready')) {
    taken.set(uid, { claim: name, node: node.metadata.uid });
  }
}
