import type { Plan } from '../actions.ts';
import { refOf } from '../claim/claim.ts';
import type { ObservedClaim } from '../observed.ts';
import { eventReasons } from '../reasons.ts';
import { msBetween, plusMs, timestamp } from '../time.ts';

/** A claim that has reached the age that its spec gives it goes, whatever its pods say; undefined: it has not. */
export function planExpired(observed: ObservedClaim): Plan | undefined {
  const { claim } = observed;
  const leftMs = lifeLeftMs(observed);
  if (leftMs === undefined || leftMs > 0) {
    return undefined;
  }
  const message = `the claim has reached the age of spec.expireAfter, counted from ${timestamp(claim.createdAt)}, so it goes`;
  return {
    actions: [
      { kind: 'Warn', claim: refOf(claim), reason: eventReasons.expired, message },
      { kind: 'DeleteClaim', claim: refOf(claim), reason: 'expired' },
    ],
  };
}

/** Until it expires; undefined: it never does. */
export function lifeLeftMs({ claim, now }: ObservedClaim): number | undefined {
  return claim.expireAfterMs === undefined ? undefined : msBetween(now, plusMs(claim.createdAt, claim.expireAfterMs));
}
