import type { Action, Plan } from './actions.ts';
import { allowedAgainAt, recentAttempts, retryDelayMs } from './attempts.ts';
import { refOf } from './claim.ts';
import type { AgentPoolSpec, CloudFailure } from './cloud.ts';
import { failureText } from './failure-text.ts';
import type { ObservedClaim } from './observed.ts';
import { planPoolDeletion } from './plan-pool-deletion.ts';
import { tell, tellLaunchFailure } from './plan-status.ts';
import type { PresentPool, Refusal } from './pool-knowledge.ts';
import { launching } from './progress.ts';
import { eventReasons, NO_CAPACITY_MESSAGE, reasons } from './reasons.ts';
import { msBetween, plusMs, timestamp } from './time.ts';

/** When a refused create is worth repeating: `Slowly` where a person must act first. */
const PACE: Readonly<Record<CloudFailure['kind'], 'Soon' | 'Slowly' | 'Never'>> = {
  Transient: 'Soon',
  Busy: 'Soon',
  OwnOperation: 'Soon',
  AlreadyExists: 'Soon',
  SkuUnavailable: 'Soon',
  QuotaExceeded: 'Slowly',
  PoolLimitReached: 'Slowly',
  Denied: 'Slowly',
  ClusterNotFound: 'Slowly',
  Rejected: 'Never',
};

/** What follows from the creates that were refused before; undefined: one may be sent. */
export function planRefusedCreate(observed: ObservedClaim, spec: AgentPoolSpec): Plan | undefined {
  const { claim, now } = observed;
  const failure = refusalOf(observed)?.failure;
  if (failure?.kind === 'SkuUnavailable' || claim.lastLaunchFailure === NO_CAPACITY_MESSAGE) {
    return planGiveUp(observed, failure, spec.vmSize);
  }
  const again = nextAttempt(observed);
  if (again !== 'Never' && again <= now) {
    return undefined;
  }
  const actions = failure === undefined ? [] : tellLaunchFailure(observed, attemptText(observed, failure, spec.vmSize));
  return again === 'Never' ? { actions } : { actions, requeueAfterMs: msBetween(now, again) };
}

/** A pool that could not be made keeps its name, and may cost: it goes before anything is tried again. */
export function planFailedPool(observed: ObservedClaim, view: PresentPool): Plan {
  const { pool } = view;
  const failure = pool.failure ?? { kind: 'Transient', code: pool.phase, message: 'no reason was given' };
  if (failure.kind === 'SkuUnavailable') {
    return planGiveUp(observed, failure, pool.vmSize);
  }
  const deletion = planPoolDeletion(observed, view, { kind: 'DeletePool', createdAt: observed.claim.createdAt });
  const told = tellLaunchFailure(observed, attemptText(observed, failure, pool.vmSize));
  return { ...deletion, actions: [...told, ...deletion.actions] };
}

/** The only size that the claim allows cannot be had: the contract is to say so in these words and delete the claim. */
function planGiveUp(observed: ObservedClaim, failure: CloudFailure | undefined, vmSize: string): Plan {
  const { claim, settings } = observed;
  const warning: readonly Action[] =
    failure === undefined
      ? [] // told before a restart
      : [
          {
            kind: 'Warn',
            claim: refOf(claim),
            reason: eventReasons.insufficientCapacity,
            message: failureText(failure, { vmSize, ...settings }),
          },
        ];
  return {
    actions: [
      ...warning,
      ...tell(observed, launching({ reason: reasons.launchFailed, message: NO_CAPACITY_MESSAGE })),
      { kind: 'DeleteClaim', claim: refOf(claim), reason: 'insufficient_capacity' },
    ],
  };
}

/** What was refused before the claim was edited says nothing about what it asks for now. */
function refusalOf({ claim, pool: { refusedCreate } }: ObservedClaim): Refusal | undefined {
  const { generation = claim.generation } = refusedCreate ?? {};
  return generation === claim.generation ? refusedCreate : undefined;
}

function nextAttempt(observed: ObservedClaim): Date | 'Never' {
  const { claim, now, settings } = observed;
  const allowed = allowedAgainAt(claim.attempts, now, settings);
  const retry = retryAt(observed, refusalOf(observed));
  return retry === 'Never' || allowed === undefined || retry >= allowed ? retry : allowed;
}

function retryAt({ claim, now, settings }: ObservedClaim, refusal: Refusal | undefined): Date | 'Never' {
  const attempts = recentAttempts(claim.attempts, now);
  const last = refusal?.at ?? attempts.at(-1);
  if (last === undefined) {
    return now;
  }
  const pace = refusal === undefined ? 'Soon' : PACE[refusal.failure.kind];
  if (pace !== 'Soon') {
    return pace === 'Never' ? pace : plusMs(last, settings.slowRetryMs);
  }
  const askedMs = refusal?.failure.kind === 'Transient' ? (refusal.failure.retryAfterMs ?? 0) : 0;
  return plusMs(last, Math.max(askedMs, retryDelayMs(attempts.length, settings)));
}

/** The failure with how often it was tried and when it is tried again, where that is worth a person's while. */
function attemptText(observed: ObservedClaim, failure: CloudFailure, vmSize: string): string {
  const { claim, now, settings } = observed;
  const count = `create ${recentAttempts(claim.attempts, now).length} of at most ${settings.maxCreatesPerHour} in an hour`;
  const again = nextAttempt(observed);
  const isSlow = again !== 'Never' && msBetween(now, again) > settings.retryMaxMs;
  const next = again === 'Never' ? '; it is not repeated' : isSlow ? `; next at ${timestamp(again)}` : '';
  return `${failureText(failure, { vmSize, ...settings })} (${count}${next})`;
}
