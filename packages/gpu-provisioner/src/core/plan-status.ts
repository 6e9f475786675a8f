import type { Action } from './actions.ts';
import { claimStatus, leavingStatus } from './claim/claim-status.ts';
import { refOf } from './claim/claim.ts';
import type { Claim, ClaimStatus } from './claim/claim.ts';
import type { Leaving } from './deletion/leaving.ts';
import type { ObservedClaim } from './observed.ts';
import { launching } from './progress.ts';
import type { Progress } from './progress.ts';
import { reasons } from './reasons.ts';

/** The status write that tells of this progress; none when it is told already. */
export function tell({ claim, now }: ObservedClaim, progress: Progress): readonly Action[] {
  return writing(claim, claimStatus(claim, progress, now));
}

/** Likewise of how far its end is. */
export function tellLeaving({ claim, now }: ObservedClaim, leaving: Leaving): readonly Action[] {
  return writing(claim, leavingStatus(claim, leaving, now));
}

/** Tells that the launch failed, in the condition and, the first time, in an event. */
export function tellLaunchFailure(observed: ObservedClaim, message: string): readonly Action[] {
  const { claim } = observed;
  const status = tell(observed, launching({ reason: reasons.launchFailed, message }));
  return claim.lastLaunchFailure === message || status.length === 0
    ? status
    : [{ kind: 'Warn', claim: refOf(claim), reason: reasons.launchFailed, message }, ...status];
}

function writing(claim: Claim, status: ClaimStatus | undefined): readonly Action[] {
  return status === undefined ? [] : [{ kind: 'PatchClaimStatus', claim: refOf(claim), status }];
}
