import type { Plan } from './actions.ts';
import { matchNode } from './node-match.ts';
import type { Observed, ObservedClaim } from './observed.ts';
import { planDelete } from './plan-delete.ts';
import { planLaunch, planLostNode } from './plan-launch.ts';
import { planManyNodes, planNode } from './plan-node.ts';
import { planOrphan } from './plan-orphan.ts';

/** Decides the next writes for one claim and its pool. Pure: the same input gives the same plan. */
export function plan(observed: Observed): Plan {
  const { claim } = observed;
  if (claim === undefined) {
    return planOrphan(observed);
  }
  return claim.isDeleting ? planDelete({ ...observed, claim }) : planLiving({ ...observed, claim });
}

function planLiving(observed: ObservedClaim): Plan {
  const match = matchNode(observed.claim, observed.nodes);
  switch (match.kind) {
    case 'None':
      return planLaunch(observed);
    case 'One':
      return planNode(observed, match);
    case 'Many':
      return planManyNodes(observed, match.providerId);
    case 'Lost':
      return planLostNode(observed);
    default:
      return match satisfies never;
  }
}
