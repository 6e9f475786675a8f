import { withFinalizer } from '@kaito/controller-runtime';
import { annotations, finalizers } from '@kaito/types';

import type { Action, Plan } from '../actions.ts';
import { readClaim } from '../claim/claim-input.ts';
import { refOf } from '../claim/claim.ts';
import type { Wishes } from '../claim/wishes.ts';
import type { ObservedClaim } from '../observed.ts';
import { offeringOf } from '../offerings/unavailable-offerings.ts';
import type { Offering } from '../offerings/unavailable-offerings.ts';
import { tell, tellLaunchFailure } from '../plan-status.ts';
import { MAX_POOLS } from '../pools/cloud.ts';
import type { AgentPool } from '../pools/cloud.ts';
import { creationLookAt, turnLookAt } from '../pools/looks.ts';
import { launching } from '../progress.ts';
import { reasons } from '../reasons.ts';
import { msBetween } from '../time.ts';
import { withAttempt } from './attempts.ts';
import { candidates } from './candidates.ts';
import type { Candidate } from './candidates.ts';
import { exhaustedText, nameOf, neverText, passedText } from './hunt-text.ts';
import { hunt } from './hunt.ts';
import { countText, planSpentAttempts } from './plan-failure.ts';
import { planGiveUp } from './plan-give-up.ts';
import { poolSpec } from './pool-spec.ts';

/** Asks for the first place that the claim would take and that may be had; says what was passed over, and why. */
export function planHunt(observed: ObservedClaim, wishes: Wishes): Plan {
  const { pool, settings } = observed;
  const { poolCount = 0 } = pool;
  if (pool.view.state === 'Absent' && poolCount >= MAX_POOLS) {
    const message = `the cluster has ${poolCount} agent pools, and AKS allows ${MAX_POOLS}; this claim needs one more. It goes on when one is deleted`;
    return {
      actions: tellLaunchFailure(observed, message),
      waitsFor: 'room',
      lookAt: creationLookAt(observed, pool.view),
    };
  }
  const found = hunt(observed, wishes);
  switch (found.state) {
    case 'Reading':
      return { actions: [], awaits: found.awaits };
    case 'NoneOffered':
      return { actions: tellLaunchFailure(observed, neverText(found.passed)) };
    case 'Exhausted':
      return planGiveUp(observed, `${exhaustedText(found.passed, settings.location)} (${countText(observed)})`);
    case 'Found':
      return planCandidate(observed, found.candidate, found.passed);
    default:
      return found satisfies never;
  }
}

/** What was refused before the pool that is there was asked for; empty: nothing. */
export function passedBefore(observed: ObservedClaim, pool: AgentPool): string {
  const { claim, now, offerings, settings } = observed;
  const wanted = readClaim(claim, settings.location);
  if (!wanted.isValid) {
    return '';
  }
  const own = nameOf(offeringOf(pool)).toLowerCase();
  const unlimited = { ...offerings, usages: 'None' } as const; // what is read of quotas comes and goes
  const all = candidates(wanted.wishes, { offerings: unlimited, location: settings.location, now });
  const at = all.findIndex(({ offering }) => nameOf(offering).toLowerCase() === own);
  return passedText(all.slice(0, Math.max(at, 0)).filter(({ obstacle }) => obstacle?.kind === 'Unavailable'));
}

function planCandidate(observed: ObservedClaim, { offering }: Candidate, passed: readonly Candidate[]): Plan {
  const { now, pool } = observed;
  const refused = passed.filter(({ obstacle }) => obstacle?.kind === 'Unavailable');
  const history = passedText(refused);
  const spent = planSpentAttempts(observed, history);
  if (spent !== undefined) {
    return spent;
  }
  // Before the next is asked for: every attempt that failed is told, in the condition and in an event of its own.
  const text = `${history}. Next: ${nameOf(offering)} (${countText(observed)})`;
  const told = refused.length === 0 ? [] : tellLaunchFailure(observed, text);
  if (told.length > 0) {
    return { actions: told, requeueAfterMs: 0 };
  }
  if (!pool.createTurn.mayGo) {
    const { until } = pool.createTurn;
    return until === undefined
      ? { actions: tellWaiting(observed), waitsFor: 'create', lookAt: turnLookAt(observed) }
      : { actions: [], requeueAfterMs: msBetween(now, until) };
  }
  return planCreate(observed, offering);
}

function planCreate(observed: ObservedClaim, offering: Offering): Plan {
  const { claim, now, settings } = observed;
  const spec = poolSpec(claim, { offering, clusterId: settings.clusterId, now });
  // The attempt is written on the very version of the claim that was decided from: when that succeeds, the claim is
  // still there, is not being deleted, and is guarded by the finalizer. No other read could say more.
  const record = {
    metadata: {
      resourceVersion: claim.resourceVersion,
      finalizers: withFinalizer(claim.finalizers, finalizers.termination),
      annotations: { [annotations.createAttempts]: withAttempt(claim.attempts, now) },
    },
  };
  return { actions: [{ kind: 'CreatePool', claim: refOf(claim), spec, record }], requeueAfterMs: 0 };
}

/** A claim that has been refused before goes on telling why. */
function tellWaiting(observed: ObservedClaim): readonly Action[] {
  const message = 'waiting for another agent pool operation of the cluster to end';
  return observed.claim.lastLaunchFailure === undefined
    ? tell(observed, launching({ reason: reasons.launching, message }))
    : [];
}
