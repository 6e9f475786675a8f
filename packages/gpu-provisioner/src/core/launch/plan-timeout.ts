import type { Plan } from '../actions.ts';
import { refOf } from '../claim/claim.ts';
import type { ObservedClaim } from '../observed.ts';
import { eventReasons } from '../reasons.ts';

/** Time passes that no operation of the cloud covers; once it is too much, the claim is given up. */
export function stalled(observed: ObservedClaim, plan: Plan): Plan {
  const { claim, settings, stalledMs } = observed;
  const leftMs = settings.launchTimeoutMs - stalledMs;
  if (leftMs > 0) {
    return { ...plan, isStalled: true, requeueAfterMs: Math.min(plan.requeueAfterMs ?? leftMs, leftMs) };
  }
  const limit = `${settings.launchTimeoutMs / 1000} s without an operation of the cloud under way`;
  const message = `the launch has come to nothing within ${limit}, so the claim is given up`;
  const cause = claim.lastLaunchFailure === undefined ? '' : `. Last: ${claim.lastLaunchFailure}`;
  return planTimeout(observed, 'launch_timeout', `${message}${cause}`);
}

export function planTimeout(
  { claim }: ObservedClaim,
  reason: 'launch_timeout' | 'registration_timeout',
  message: string,
): Plan {
  const event = reason === 'launch_timeout' ? eventReasons.launchTimeout : eventReasons.registrationTimeout;
  return {
    actions: [
      { kind: 'Warn', claim: refOf(claim), reason: event, message },
      { kind: 'DeleteClaim', claim: refOf(claim), reason },
    ],
  };
}
