import type { Action } from './actions.ts';
import { claimStatus } from './claim-status.ts';
import { refOf } from './claim.ts';
import type { ObservedClaim } from './observed.ts';
import type { Progress } from './progress.ts';
import { launching } from './progress.ts';
import { reasons } from './reasons.ts';

/** The status write that tells of this progress; none when it is told already. */
export function tell({ claim, now }: ObservedClaim, progress: Progress): readonly Action[] {
  const status = claimStatus(claim, progress, now);
  return status === undefined ? [] : [{ kind: 'PatchClaimStatus', claim: refOf(claim), status }];
}

/** Tells that the launch failed, in the condition and, the first time, in an event. */
export function tellLaunchFailure(observed: ObservedClaim, message: string): readonly Action[] {
  const { claim } = observed;
  const status = tell(observed, launching({ reason: reasons.launchFailed, message }));
  return claim.lastLaunchFailure === message || status.length === 0
    ? status
    : [{ kind: 'Warn', claim: refOf(claim), reason: reasons.launchFailed, message }, ...status];
}
