import { withFinalizer } from '@kaito/controller-runtime';
import { finalizers } from '@kaito/types';

import type { Action, Plan } from '../actions.ts';
import { readClaim } from '../claim/claim-input.ts';
import { hasFinalizer, refOf } from '../claim/claim.ts';
import { planPoolDeletion } from '../deletion/plan-pool-deletion.ts';
import { isLinkedByHand, isOfThisLife } from '../nodes/node-match.ts';
import { releaseLeaving } from '../nodes/release-nodes.ts';
import type { ObservedClaim } from '../observed.ts';
import { tell, tellLaunchFailure } from '../plan-status.ts';
import { creationLookAt } from '../pools/looks.ts';
import { ownershipOf } from '../pools/ownership.ts';
import type { PresentPool } from '../pools/pool-knowledge.ts';
import { launching, withoutNode } from '../progress.ts';
import { reasons } from '../reasons.ts';
import { msBetween, plusMs } from '../time.ts';
import { failureText } from './failure-text.ts';
import { planFailedPool, planRefusedCreate } from './plan-failure.ts';
import { isGivenUp, planGiveUp } from './plan-give-up.ts';
import { passedBefore, planHunt } from './plan-hunt.ts';
import { planMissingInstance } from './plan-missing-instance.ts';
import { planTimeout, stalled } from './plan-timeout.ts';

/** The claim has no Node yet: sees to it that its pool exists, exactly once. */
export function planLaunch(observed: ObservedClaim): Plan {
  const { claim, pool, settings } = observed;
  if (claim.providerId !== undefined) {
    return planMissingNode(observed, claim.providerId);
  }
  const former = releaseFormerNodes(observed);
  if (former.length > 0) {
    return { actions: former, requeueAfterMs: 0 };
  }
  if (pool.view.state === 'Present') {
    return planExistingPool(observed, pool.view);
  }
  if (isGivenUp(observed)) {
    return planGiveUp(observed, '');
  }
  const wanted = readClaim(claim, settings.location);
  if (!wanted.isValid) {
    return { actions: tellLaunchFailure(observed, wanted.problem) };
  }
  const vmSize = wanted.wishes.sizes[0] ?? '';
  if (pool.view.state === 'Unknown') {
    return planUnknownPool(observed, vmSize);
  }
  return planRefusedCreate(observed, vmSize) ?? planHunt(observed, wanted.wishes);
}

/** Nodes of an earlier claim of this name, once its pool is gone: the machines that come now would take them over. */
function releaseFormerNodes({ claim, nodes, pool: { view }, settings }: ObservedClaim): readonly Action[] {
  const isGone =
    view.state === 'Absent' ||
    (view.state === 'Present' && ownershipOf(view.pool, claim, settings.clusterId) === 'ours');
  return isGone ? releaseLeaving(nodes.filter((node) => !isOfThisLife(node, claim))) : [];
}

/** The provider ID is known, from a linked instance or an earlier provisioner, but no Node has it. */
function planMissingNode(observed: ObservedClaim, providerId: string): Plan {
  const missing = isLinkedByHand(observed.claim) ? planMissingInstance(observed, providerId) : undefined;
  if (missing !== undefined) {
    return missing;
  }
  const waiting = { reason: reasons.nodeNotFound, message: `waiting for a Node with provider ID ${providerId}` };
  const message = `adopting an instance by hand needs its Node to have joined; no Node has provider ID ${providerId}`;
  return {
    actions: isLinkedByHand(observed.claim)
      ? tell(observed, launching({ reason: reasons.linkFailed, message }))
      : tell(observed, withoutNode(providerId, waiting)),
  };
}

/** Nothing is created before it is known what exists. */
function planUnknownPool(observed: ObservedClaim, vmSize: string): Plan {
  const { listFailure } = observed.pool;
  if (listFailure === undefined) {
    return { actions: [], lookAt: observed.now };
  }
  const message = failureText(listFailure, { vmSize, location: observed.settings.location });
  return stalled(observed, { actions: tellLaunchFailure(observed, message), lookAt: observed.now });
}

function planExistingPool(observed: ObservedClaim, view: PresentPool): Plan {
  const { claim, settings } = observed;
  const { pool } = view;
  const ownership = ownershipOf(pool, claim, settings.clusterId);
  switch (ownership) {
    case 'foreign': {
      const message = `agent pool ${pool.name} exists and is not this claim's. Delete the pool, or this claim`;
      return { actions: tellLaunchFailure(observed, message), lookAt: creationLookAt(observed, view) };
    }
    case 'former':
      return planFormerPool(observed, view);
    case 'ours':
    case 'legacy':
      return hasFinalizer(claim) ? planOwnPool(observed, view) : { actions: [guard(observed)], requeueAfterMs: 0 };
    default:
      return ownership satisfies never;
  }
}

/** An earlier claim of this name left its pool behind; it goes before ours is made. */
function planFormerPool(observed: ObservedClaim, view: PresentPool): Plan {
  const { mayCollect } = observed;
  const message = `waiting for agent pool ${view.pool.name} of an earlier claim of this name to be deleted`;
  const remove = { kind: 'DeletePool', createdAt: observed.claim.createdAt } as const;
  const deletion: Plan = mayCollect
    ? planPoolDeletion(observed, view, remove)
    : { actions: [], lookAt: creationLookAt(observed, view) };
  return {
    ...deletion,
    actions: [...tell(observed, launching({ reason: reasons.launching, message })), ...deletion.actions],
  };
}

function guard({ claim }: ObservedClaim): Action {
  const patch = {
    metadata: {
      resourceVersion: claim.resourceVersion,
      finalizers: withFinalizer(claim.finalizers, finalizers.termination),
    },
  };
  return { kind: 'PatchClaim', claim: refOf(claim), patch };
}

function planOwnPool(observed: ObservedClaim, view: PresentPool): Plan {
  const { pool } = view;
  switch (pool.phase) {
    case 'Creating':
    case 'Changing':
    case 'Ready':
      return planAwaitNode(observed, view);
    case 'Deleting':
    case 'Canceling':
      return planPoolDeletion(observed, view, { kind: 'DeletePool', createdAt: observed.claim.createdAt });
    case 'Canceled':
    case 'Failed':
      return planFailedPool(observed, view);
    default:
      return pool.phase satisfies never;
  }
}

function planAwaitNode(observed: ObservedClaim, view: PresentPool): Plan {
  const { phaseSince, pool } = view;
  const { claim, now, settings } = observed;
  const lastCreate = claim.attempts.at(-1) ?? claim.createdAt;
  const startedAt = lastCreate < claim.createdAt ? claim.createdAt : lastCreate;
  const ceiling = plusMs(startedAt, settings.launchCeilingMs);
  const joinBy = plusMs(phaseSince, settings.registrationTimeoutMs);
  const isJoinDue = pool.phase === 'Ready' && joinBy < ceiling;
  const deadline = isJoinDue ? joinBy : ceiling;
  if (deadline <= now) {
    const message = `no Node of agent pool ${pool.name} has joined the cluster in time, so the claim is given up`;
    return planTimeout(observed, isJoinDue ? 'registration_timeout' : 'launch_timeout', message);
  }
  const before = passedBefore(observed, pool);
  const message = `waiting for the Node of agent pool ${pool.name} to join the cluster${before === '' ? '' : `; before, ${before}`}`;
  return {
    actions: tell(observed, launching({ reason: reasons.launching, message })),
    requeueAfterMs: msBetween(now, deadline),
    lookAt: creationLookAt(observed, view),
  };
}
