import type { Plan } from '../actions.ts';
import { planPoolDeletion } from '../deletion/plan-pool-deletion.ts';
import type { ObservedClaim } from '../observed.ts';
import { offeringOf } from '../offerings/unavailable-offerings.ts';
import { tellLaunchFailure } from '../plan-status.ts';
import type { CloudFailure } from '../pools/cloud.ts';
import type { PresentPool, Refusal } from '../pools/pool-knowledge.ts';
import { msBetween, plusMs, timestamp } from '../time.ts';
import { allowedAgainAt, recentAttempts, retryDelayMs, retryPauseMs } from './attempts.ts';
import { failureText } from './failure-text.ts';
import { nameOf } from './hunt-text.ts';
import { planGiveUp } from './plan-give-up.ts';
import { stalled } from './plan-timeout.ts';

/** When a refused create is worth repeating: `Elsewhere` at once, in another place; `Slowly` where others must act. */
const PACE: Readonly<Record<CloudFailure['kind'], 'Elsewhere' | 'Soon' | 'Slowly' | 'Never'>> = {
  SkuUnavailable: 'Elsewhere',
  QuotaExceeded: 'Elsewhere',
  Transient: 'Soon',
  Busy: 'Soon',
  OwnOperation: 'Soon',
  AlreadyExists: 'Soon',
  Denied: 'Soon',
  ClusterNotFound: 'Soon',
  PoolLimitReached: 'Slowly',
  Rejected: 'Never',
};

/** What follows from the creates that were refused before; undefined: one may be sent. */
export function planRefusedCreate(observed: ObservedClaim, vmSize: string): Plan | undefined {
  const failure = refusalOf(observed)?.failure;
  const pace = failure === undefined ? 'Soon' : PACE[failure.kind];
  const told = failure === undefined ? [] : tellLaunchFailure(observed, attemptText(observed, failure, vmSize));
  if (pace === 'Never') {
    return { actions: told };
  }
  if (pace === 'Elsewhere') {
    return undefined;
  }
  const cause = failure === undefined ? '' : failureText(failure, { vmSize, ...observed.settings });
  return planSpentAttempts(observed, cause) ?? planPause(observed, pace, told);
}

function planPause(observed: ObservedClaim, pace: 'Soon' | 'Slowly', told: Plan['actions']): Plan | undefined {
  const waitMs = msBetween(observed.now, nextAttempt(observed));
  if (waitMs <= 0) {
    return undefined;
  }
  const plan = { actions: told, requeueAfterMs: waitMs };
  return pace === 'Slowly' ? plan : stalled(observed, plan);
}

/** As many creates were sent within an hour as are allowed; undefined: one more may be. */
export function planSpentAttempts(observed: ObservedClaim, cause: string): Plan | undefined {
  const { claim, now, settings } = observed;
  if (allowedAgainAt(claim.attempts, now, settings) === undefined) {
    return undefined;
  }
  const spent = `${settings.maxCreatesPerHour} creates were sent within an hour, and more are not`;
  return planGiveUp(observed, cause === '' ? spent : `${spent}. ${cause}`);
}

/** A pool that could not be made keeps its name, and may cost: it goes before anything is tried again. */
export function planFailedPool(observed: ObservedClaim, view: PresentPool): Plan {
  const { pool } = view;
  const failure = pool.failure ?? { kind: 'Transient', code: pool.phase, message: 'no reason was given' };
  const offering = offeringOf(pool);
  const isLesson = PACE[failure.kind] === 'Elsewhere';
  if (isLesson && observed.offerings.unavailable.failure(offering, observed.now) === undefined) {
    return { actions: [{ kind: 'RememberFailure', offering, failure }], requeueAfterMs: 0 };
  }
  const deletion = planPoolDeletion(observed, view, { kind: 'DeletePool', createdAt: observed.claim.createdAt });
  const told = tellLaunchFailure(observed, attemptText(observed, failure, nameOf(offering)));
  return { ...deletion, actions: [...told, ...deletion.actions] };
}

/** `create 2 of at most 12 in an hour`. */
export function countText({ claim, now, settings }: ObservedClaim): string {
  return `create ${recentAttempts(claim.attempts, now).length} of at most ${settings.maxCreatesPerHour} in an hour`;
}

/** What was refused before the claim was edited says nothing about what it asks for now. */
function refusalOf({ claim, pool: { refusedCreate } }: ObservedClaim): Refusal | undefined {
  const { generation = claim.generation } = refusedCreate ?? {};
  return generation === claim.generation ? refusedCreate : undefined;
}

function nextAttempt(observed: ObservedClaim): Date {
  const { claim, now, settings } = observed;
  const refusal = refusalOf(observed);
  const attempts = recentAttempts(claim.attempts, now);
  const last = refusal?.at ?? attempts.at(-1);
  if (last === undefined) {
    return now;
  }
  return plusMs(last, refusal === undefined ? retryDelayMs(attempts.length, settings) : pauseMs(observed, refusal));
}

function pauseMs({ claim, now, settings }: ObservedClaim, { failure }: Refusal): number {
  const attempts = recentAttempts(claim.attempts, now).length;
  return PACE[failure.kind] === 'Slowly' ? settings.slowRetryMs : retryPauseMs(failure, attempts, settings);
}

/** The failure with how often it was tried and when it is tried again, where that is worth a person's while. */
function attemptText(observed: ObservedClaim, failure: CloudFailure, vmSize: string): string {
  return `${failureText(failure, { vmSize, ...observed.settings })} (${countText(observed)}${nextText(observed, failure)})`;
}

function nextText(observed: ObservedClaim, { kind }: CloudFailure): string {
  const pace = PACE[kind];
  if (pace === 'Never') {
    return '; it is not repeated';
  }
  const again = pace === 'Elsewhere' ? observed.now : nextAttempt(observed);
  return msBetween(observed.now, again) > observed.settings.retryMaxMs ? `; next at ${timestamp(again)}` : '';
}
