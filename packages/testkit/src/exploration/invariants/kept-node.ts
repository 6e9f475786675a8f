import { annotations, nodes } from '@kaito/types';

import type { Change } from '../../api-server/table.ts';
import type { Replica } from '../../simulation/replica.ts';
import type { World } from '../../simulation/world.ts';
import { isTrue } from '../../cluster/reading.ts';
import { View } from '../view.ts';
import { Disturbance } from './disturbance.ts';
import type { Invariant } from './invariant.ts';
import { isClaimType, isStaying, providerOf } from './marks.ts';

/** For a Node that goes to be noticed, and its claim to be given up. */
const LOSS_BOUND_MS = 10_000;

/** For so long after its start a provisioner takes a Node that came back for one of a cluster that was started again. */
const RETURN_MS = 15_000;

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
    const begun = new Map<Replica, number>();
    return {
      onCall: (call, replica, effect, fault) => {
        disturbance.onCall(call, replica, effect, fault);
        begun.set(replica, begun.get(replica) ?? world.time.elapsedMs);
      },
      onChange: (change, actor) => {
        if (isClaimType(change.type)) {
          const beganMs = actor === undefined ? undefined : begun.get(actor);
          if (beganMs !== undefined && world.time.elapsedMs - beganMs <= RETURN_MS + LOSS_BOUND_MS) {
            noteReturn(world, taken, change);
          }
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

/** The claim takes another Node of its machine. */
function noteReturn(world: World, taken: Map<string, Taken>, { before, object }: Change): void {
  const uid = object.metadata.annotations?.[annotations.nodeUid];
  const node = new View(world.server, world.cloud).nodeOf(providerOf(object) ?? '');
  if (before?.metadata.annotations?.[annotations.nodeUid] !== uid && node?.metadata.uid === uid) {
    taken.delete(object.metadata.uid);
  }
}

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
