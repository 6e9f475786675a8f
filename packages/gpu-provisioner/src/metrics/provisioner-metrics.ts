import type { Metrics } from '@kaito/controller-runtime';

import type { Action } from '../core/actions.ts';
import type { Claim } from '../core/claim/claim.ts';
import type { Observed } from '../core/observed.ts';
import type { TerminationReason } from '../core/reasons.ts';
import { claimMetrics } from './claim-metrics.ts';
import { conditionMetrics } from './condition-metrics.ts';
import { nodeMetrics } from './node-metrics.ts';

/** The figures about claims and Nodes, under the names that dashboards of the original read (provisioner.md 1.1.6, 1.2.3). */
export interface ProvisionerMetrics {
  /** The action was carried out; what it was decided from is from before it. */
  done(action: Action, observed: Observed): void;
  givenUp(claim: Claim, reason: TerminationReason): void;
}

export function provisionerMetrics(metrics: Metrics): ProvisionerMetrics {
  const claims = claimMetrics(metrics);
  const nodes = nodeMetrics(metrics);
  const conditions = conditionMetrics(metrics);
  return {
    done: (action, observed) => {
      if (action.kind === 'PatchClaimStatus') {
        claims.statusWritten(action, observed);
        conditions.statusWritten(action, observed);
      } else if (action.kind === 'PatchClaim') {
        claims.patched(action, observed);
      } else if (action.kind === 'DeletePool') {
        claims.poolDeletionAsked(action, observed);
      } else if (action.kind === 'PatchNode') {
        nodes.patched(action, observed);
      }
    },
    givenUp: (claim, reason) => {
      claims.givenUp(claim, reason);
    },
  };
}
