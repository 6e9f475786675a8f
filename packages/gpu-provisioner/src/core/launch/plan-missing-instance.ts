import type { Plan } from '../actions.ts';
import { refOf } from '../claim/claim.ts';
import type { ObservedClaim } from '../observed.ts';
import { eventReasons } from '../reasons.ts';

/** As AKS names what a pool consists of; the digits are the cluster's. */
const SCALE_SET = /\/virtualMachineScaleSets\/aks-(?<pool>[a-z0-9]+)-\d+-vmss\//iu;

/**
 * A Machine adopts an instance whose Node is not there: when the instance's pool, which has the Machine's name, is gone,
 * so is the instance, and the Machine goes. Undefined: that cannot be said.
 */
export function planMissingInstance(observed: ObservedClaim, providerId: string): Plan | undefined {
  const { claim, mayCollect, now, pool } = observed;
  const of = SCALE_SET.exec(providerId)?.groups?.['pool'];
  if (of !== claim.name || pool.view.state === 'Present' || !mayCollect) {
    return undefined;
  }
  if (pool.view.state === 'Unknown') {
    return { actions: [], lookAt: now };
  }
  if (pool.view.evidence !== 'Lookup') {
    return { actions: [{ kind: 'LookUpPool' }], requeueAfterMs: 0 };
  }
  const message = `the instance ${providerId} that this claim adopts does not exist, so the claim goes too`;
  return {
    actions: [
      { kind: 'Warn', claim: refOf(claim), reason: eventReasons.poolLost, message },
      { kind: 'DeleteClaim', claim: refOf(claim), reason: 'pool_lost' },
    ],
  };
}
