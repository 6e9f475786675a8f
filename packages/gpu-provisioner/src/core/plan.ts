import type { Plan } from './actions.ts';
import { planRivals } from './claim/plan-rivals.ts';
import { planOrphan } from './collection/plan-orphan.ts';
import { planDelete } from './deletion/plan-delete.ts';
import { lifeLeftMs, planExpired } from './deletion/plan-expiry.ts';
import { planLaunch } from './launch/plan-launch.ts';
import { matchNode } from './nodes/node-match.ts';
import { planLostNode, planReturnedNode } from './nodes/plan-loss.ts';
import { planManyNodes, planNode } from './nodes/plan-node.ts';
import type { Observed, ObservedClaim } from './observed.ts';
import { wokenAfter } from './plan-timing.ts';
import type { PoolPhase } from './pools/cloud.ts';
import { isOwnPool, ownershipOf } from './pools/ownership.ts';
import { planAdoption } from './pools/plan-adoption.ts';

const STAYING: readonly PoolPhase[] = ['Creating', 'Changing', 'Ready'];

/** Decides the next writes for one claim and its pool. Pure: the same input gives the same plan. */
export function plan(observed: Observed): Plan {
  const decided = planFirst(observed);
  const toRivals = planRivals(observed);
  return toRivals.length === 0 ? decided : { ...decided, actions: [...decided.actions, ...toRivals] };
}

function planFirst(observed: Observed): Plan {
  const { claim } = observed;
  if (claim === undefined) {
    return planOrphan(observed);
  }
  const own = { ...observed, claim };
  return claim.isDeleting ? planDelete(own) : planUntilExpiry(own);
}

function planUntilExpiry(observed: ObservedClaim): Plan {
  const expired = planExpired(observed);
  return expired ?? wokenAfter(planAdoption(observed) ?? planLiving(observed), lifeLeftMs(observed));
}

function planLiving(observed: ObservedClaim): Plan {
  if (!mayTakeNode(observed)) {
    return planLaunch(observed);
  }
  const match = matchNode(observed.claim, observed.nodes);
  switch (match.kind) {
    case 'None':
      return planLaunch(observed);
    case 'One':
      return planNode(observed, match);
    case 'Many':
      return planManyNodes(observed, match.providerId);
    case 'Returned':
      return planReturnedNode(observed, match.node);
    case 'Lost':
      return planLostNode(observed);
    default:
      return match satisfies never;
  }
}

/** A Node that bears the name of the claim's pool is the claim's only when that pool is, and is not on its way out. */
function mayTakeNode({ claim, pool: { view }, settings }: ObservedClaim): boolean {
  if (claim.providerId !== undefined) {
    return true;
  }
  const isOwn = view.state === 'Present' && isOwnPool(ownershipOf(view.pool, claim, settings.clusterId));
  return isOwn && STAYING.includes(view.pool.phase);
}
