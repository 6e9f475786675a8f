import { annotations } from '@kaito/types';

import type { Action, Plan } from '../actions.ts';
import { claimStatus } from '../claim/claim-status.ts';
import { refOf } from '../claim/claim.ts';
import type { ObservedClaim } from '../observed.ts';
import { tell } from '../plan-status.ts';
import { launching } from '../progress.ts';
import { eventReasons, NO_CAPACITY_MESSAGE, reasons } from '../reasons.ts';

/**
 * Nothing is left to ask for. The contract of Karpenter is to say so in an event and to delete the claim; that of Kaito's
 * Machines, to say so in one sentence before, which leaves no room for the reason: an annotation has it.
 */
export function planGiveUp(observed: ObservedClaim, text: string): Plan {
  const { claim, now } = observed;
  const remove: Action = { kind: 'DeleteClaim', claim: refOf(claim), reason: 'insufficient_capacity' };
  const sentence = launching({ reason: reasons.launchFailed, message: NO_CAPACITY_MESSAGE });
  if (isGivenUp(observed)) {
    return { actions: [...tell(observed, sentence), remove] };
  }
  const failed = launching({ reason: reasons.launchFailed, message: text });
  const status = claimStatus(claim, failed, now) ?? claim.status;
  const isMachine = claim.api === 'Machine';
  return {
    actions: [
      ...(isMachine ? explain(observed, text) : []),
      { kind: 'Warn', claim: refOf(claim), reason: eventReasons.insufficientCapacity, message: text },
      ...tell(observed, failed),
      ...(isMachine ? tell({ ...observed, claim: { ...claim, status } }, sentence) : []),
      remove,
    ],
  };
}

/** Whether the last word about the claim has been said. */
export function isGivenUp({ claim }: Pick<ObservedClaim, 'claim'>): boolean {
  return claim.lastLaunchFailure === NO_CAPACITY_MESSAGE;
}

function explain({ claim }: ObservedClaim, text: string): readonly Action[] {
  const patch = {
    metadata: { resourceVersion: claim.resourceVersion, annotations: { [annotations.launchFailure]: text } },
  };
  return claim.annotations[annotations.launchFailure] === text
    ? []
    : [{ kind: 'PatchClaim', claim: refOf(claim), patch }];
}
