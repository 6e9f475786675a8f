import type { Plan, PoolAction } from '../actions.ts';
import { refOf } from '../claim/claim.ts';
import { retryPauseMs } from '../launch/attempts.ts';
import type { Observed } from '../observed.ts';
import { deletionLookAt, dueLookAt, turnLookAt } from '../pools/looks.ts';
import type { PresentPool, Refusal } from '../pools/pool-knowledge.ts';
import { eventReasons } from '../reasons.ts';
import type { Settings } from '../settings.ts';
import { msBetween, plusMs, timestamp } from '../time.ts';

type Removal = Extract<PoolAction, { readonly kind: 'DeletePool' | 'CollectPool' }>;

/** Brings the pool down that is known to be ours to delete, with exactly one DELETE while it is being deleted. */
export function planPoolDeletion(observed: Observed, view: PresentPool, remove: Removal): Plan {
  switch (view.pool.phase) {
    case 'Deleting':
      return { ...planSlowness(observed, view), lookAt: deletionLookAt(observed, view) };
    case 'Canceling':
      return { actions: [], lookAt: dueLookAt(observed) };
    case 'Creating':
    case 'Changing':
    case 'Ready':
    case 'Canceled':
    case 'Failed':
      return planRequest(observed, view, remove);
    default:
      return view.pool.phase satisfies never;
  }
}

/** People are told once when a deletion takes unusually long; it is waited for all the same. */
function planSlowness({ claim, now, settings }: Observed, { phaseSince, pool }: PresentPool): Plan {
  const slowInMs = msBetween(now, plusMs(phaseSince, settings.slowDeletionMs));
  if (claim === undefined) {
    return { actions: [] };
  }
  if (slowInMs > 0) {
    return { actions: [], requeueAfterMs: slowInMs };
  }
  const message = `agent pool ${pool.name} has been in deletion since ${timestamp(phaseSince)} and is still waited for; Azure's activity log may tell why`;
  return {
    actions: [{ kind: 'Warn', claim: refOf(claim), reason: eventReasons.poolDeletionSlow, message, isOnce: true }],
  };
}

function planRequest(observed: Observed, view: PresentPool, remove: Removal): Plan {
  const { now, pool, settings } = observed;
  if (msBetween(view.observedAt, now) > settings.proofMaxAgeMs) {
    return { actions: [], lookAt: now };
  }
  const refusal = pool.refusedDelete;
  if (refusal?.failure.kind === 'OwnOperation' && (view.pool.phase === 'Creating' || view.pool.phase === 'Changing')) {
    return { actions: [{ kind: 'AbortPool' }], requeueAfterMs: 0 };
  }
  const again = refusal === undefined ? now : retryAt(refusal, settings);
  if (again > now) {
    return { actions: [], requeueAfterMs: msBetween(now, again) };
  }
  if (!pool.deleteTurn.mayGo) {
    const { until } = pool.deleteTurn;
    return until === undefined
      ? { actions: [], waitsFor: 'delete', lookAt: turnLookAt(observed) }
      : { actions: [], requeueAfterMs: msBetween(now, until) };
  }
  return { actions: [onlySeen(remove, view)], requeueAfterMs: 0 };
}

function onlySeen(remove: Removal, { pool: { etag } }: PresentPool): Removal {
  return etag === undefined ? remove : { ...remove, etag };
}

function retryAt({ at, count, failure }: Refusal, settings: Settings): Date {
  return plusMs(at, retryPauseMs(failure, count, settings));
}
