import type { Action, Plan } from '../actions.ts';
import { hasFinalizer, refOf } from '../claim/claim.ts';
import { isHeldFor, releasePatch } from '../nodes/node-patch.ts';
import type { ObservedClaim } from '../observed.ts';
import { tellLeaving } from '../plan-status.ts';
import { dueLookAt } from '../pools/looks.ts';
import { ownershipOf } from '../pools/ownership.ts';
import type { AbsentPool, PresentPool } from '../pools/pool-knowledge.ts';
import { msBetween, plusMs } from '../time.ts';
import { planEmptying } from './plan-emptying.ts';
import { planPoolDeletion } from './plan-pool-deletion.ts';
import { deadlineStamp } from './termination-deadline.ts';

/** Empties the Node, deletes the pool, and lets Node and claim go once the cloud says that the pool is gone. */
export function planDelete(observed: ObservedClaim): Plan {
  const { claim, pool, settings } = observed;
  if (!hasFinalizer(claim)) {
    return { actions: [] };
  }
  const stamp = deadlineStamp(claim);
  if (stamp !== undefined) {
    return { actions: [{ kind: 'PatchClaim', claim: refOf(claim), patch: stamp }], requeueAfterMs: 0 };
  }
  switch (pool.view.state) {
    case 'Unknown':
      return { actions: [], lookAt: observed.now };
    case 'Absent':
      return planAbsentPool(observed, pool.view);
    case 'Present':
      // What is foreign was never made for this claim: there is nothing of ours to delete.
      return ownershipOf(pool.view.pool, claim, settings.clusterId) === 'foreign'
        ? planRelease(observed)
        : planTeardown(observed, pool.view);
    default:
      return pool.view satisfies never;
  }
}

function planAbsentPool(observed: ObservedClaim, view: AbsentPool): Plan {
  const { now } = observed;
  const lookUp: Plan = { actions: [{ kind: 'LookUpPool' }], requeueAfterMs: 0 };
  if (view.wasDeleting) {
    return view.evidence === 'List' ? { actions: [], lookAt: dueLookAt(observed) } : planRelease(observed);
  }
  if (view.evidence !== 'Lookup') {
    return lookUp;
  }
  const settledAt = createSettledAt(observed);
  if (view.observedAt >= settledAt) {
    return planRelease(observed);
  }
  return settledAt <= now ? lookUp : { actions: [], requeueAfterMs: msBetween(now, settledAt) };
}

/**
 * From when on it is certain that no create of ours is still under way: a create whose answer was lost, with the
 * connection or with the process that waited for it, may make its pool a little later.
 */
function createSettledAt({ claim, pool, settings }: ObservedClaim): Date {
  const last = claim.attempts.at(-1);
  const refusal = pool.refusedCreate;
  const isAnswered = last !== undefined && refusal !== undefined && refusal.at >= last;
  return last === undefined || (isAnswered && refusal.failure.kind !== 'Transient')
    ? claim.createdAt
    : plusMs(last, settings.createSettleMs);
}

/** What is told comes last in each step: a status that somebody else changed meanwhile holds nothing up. */
function planTeardown(observed: ObservedClaim, view: PresentPool): Plan {
  const { claim, nodes } = observed;
  const remove = { kind: 'DeletePool', createdAt: claim.createdAt } as const;
  const own = nodes.filter((node) => isHeldFor(node, claim));
  if (view.pool.phase === 'Deleting' || own.length === 0) {
    const deletion = planPoolDeletion(observed, view, remove);
    const isTerminating = view.pool.phase === 'Deleting';
    return { ...deletion, actions: [...deletion.actions, ...tellLeaving(observed, { isTerminating })] };
  }
  const emptying = planEmptying(observed, own);
  if (!emptying.isDone) {
    return emptying.plan;
  }
  const deletion = planPoolDeletion(observed, view, remove);
  const actions = [...emptying.actions, ...deletion.actions, ...tellLeaving(observed, { drained: 'Done' })];
  return { ...deletion, actions };
}

/** Nodes first: the claim is what leads back to them. */
function planRelease({ claim, nodes }: ObservedClaim): Plan {
  const ofNodes = nodes
    .filter((node) => isHeldFor(node, claim))
    .flatMap(({ metadata }): readonly Action[] => {
      const patch = releasePatch(metadata);
      return patch === undefined ? [] : [{ kind: 'PatchNode', node: metadata.name, patch }];
    });
  const patch = releasePatch(claim);
  return { actions: patch === undefined ? ofNodes : [...ofNodes, { kind: 'PatchClaim', claim: refOf(claim), patch }] };
}
