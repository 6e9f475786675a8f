import { annotations } from '@kaito/types';
import type { Node } from '@kaito/types';

import type { Action, Plan } from '../actions.ts';
import { refOf } from '../claim/claim.ts';
import type { ObservedClaim } from '../observed.ts';
import { tell } from '../plan-status.ts';
import { creationLookAt } from '../pools/looks.ts';
import { isOwnPool, ownershipOf } from '../pools/ownership.ts';
import type { PoolView, PresentPool } from '../pools/pool-knowledge.ts';
import { withoutNode } from '../progress.ts';
import { eventReasons, reasons } from '../reasons.ts';
import { msBetween, plusMs } from '../time.ts';
import { releaseLeaving } from './release-nodes.ts';

/** Whether somebody has stopped the pool, so that its machine is off. */
export function isOff(view: PoolView): boolean {
  return view.state === 'Present' && view.pool.isStopped === true;
}

/** Whether the pool's machine is off, or may go off or on, by the will of somebody: its Node may come back. */
export function isStandingStill(view: PoolView): boolean {
  return isOff(view) || (view.state === 'Present' && view.pool.phase === 'Changing');
}

/** A Node that somebody removed takes its claim and its pool with it, unless it went because its pool stands still. */
export function planLostNode(observed: ObservedClaim): Plan {
  const doubt = planDoubt(observed) ?? planReturn(observed);
  if (doubt !== undefined) {
    return doubt;
  }
  const { claim } = observed;
  const name = claim.status.nodeName;
  const message = `Node ${name ?? 'of this claim'} was deleted, so the claim goes too`;
  return {
    actions: [
      { kind: 'Warn', claim: refOf(claim), reason: eventReasons.nodeLost, message },
      {
        kind: 'DeleteClaim',
        claim: refOf(claim),
        reason: 'node_lost',
        ...(name !== undefined && { proof: { name, uid: claim.nodeUid ?? '', mayBeNotReady: false } }),
      },
    ],
  };
}

/**
 * What is done instead of giving the claim up for a Node that is gone or not Ready; undefined: there is no doubt about
 * the loss. Nothing is given up on an old list, nor while too much is missing at once.
 */
export function planDoubt(observed: ObservedClaim, leaving: readonly Node[] = []): Plan | undefined {
  const { mayCollect, now, pool, settings } = observed;
  const { listedAt, view } = pool;
  if (listedAt === undefined || view.state === 'Unknown' || msBetween(listedAt, now) > settings.proofMaxAgeMs) {
    return { actions: [], lookAt: now, isListWanted: true };
  }
  if (view.state === 'Present' && isStandingStill(view)) {
    return planStandstill(observed, view, leaving);
  }
  return view.state === 'Present' || mayCollect ? undefined : { actions: [], lookAt: creationLookAt(observed, view) };
}

/** The pool went on running a moment ago, or has been watched only for a moment: its Node may be about to come back. */
function planReturn(observed: ObservedClaim): Plan | undefined {
  const { now, pool, settings } = observed;
  const { view } = pool;
  if (view.state !== 'Present' || view.runsSince === undefined) {
    return undefined;
  }
  const waitMs = msBetween(now, plusMs(view.runsSince, settings.nodeReturnMs));
  return waitMs <= 0
    ? undefined
    : {
        actions: tellAway(observed, `waiting for the Node of agent pool ${view.pool.name} to come back`),
        requeueAfterMs: waitMs,
      };
}

/** The machine is off: a Node that is being deleted has nothing to be drained, and only a new one can come back. */
function planStandstill(observed: ObservedClaim, view: PresentPool, leaving: readonly Node[]): Plan {
  const { isStopped, name } = view.pool;
  const message =
    isStopped === true
      ? `agent pool ${name} is stopped. Start it, or delete this claim`
      : `waiting for the operation on agent pool ${name} to end`;
  const actions = [...releaseLeaving(leaving), ...tellAway(observed, message)];
  return isStopped === true ? { actions } : { actions, lookAt: creationLookAt(observed, view) };
}

function tellAway(observed: ObservedClaim, message: string): readonly Action[] {
  const { providerId } = observed.claim;
  return providerId === undefined
    ? []
    : tell(observed, withoutNode(providerId, { reason: reasons.nodeNotFound, message }));
}

/**
 * The machine of the claim came back as another Node, as after the cluster was stopped: it is taken again when the pool
 * is the claim's as before, since no other machine of this pool has the provider ID. A pool that has run all the time
 * has lost its Node by somebody's will, though its kubelet may have made another.
 */
export function planReturnedNode(observed: ObservedClaim, { metadata: { uid } }: Node): Plan {
  const { claim, pool, settings } = observed;
  const { view } = pool;
  if (view.state === 'Unknown') {
    return { actions: [], lookAt: observed.now };
  }
  const isOwn = view.state === 'Present' && isOwnPool(ownershipOf(view.pool, claim, settings.clusterId));
  if (!isOwn || !(isStandingStill(view) || planReturn(observed) !== undefined)) {
    return planLostNode(observed);
  }
  const { resourceVersion } = claim;
  const patch = { metadata: { resourceVersion, annotations: { [annotations.nodeUid]: uid } } };
  return { actions: [{ kind: 'PatchClaim', claim: refOf(claim), patch }], requeueAfterMs: 0 };
}
