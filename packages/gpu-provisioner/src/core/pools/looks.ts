import type { Observed } from '../observed.ts';
import { msBetween, plusMs } from '../time.ts';
import type { AbsentPool, PresentPool } from './pool-knowledge.ts';

/** A deletion is looked for a little before it took its time, so that ones that get faster are noticed. */
const EARLY = 0.9;

/** While the pool is being made: its Node tells of success, a look only of failure. */
export function creationLookAt({ settings }: Observed, { observedAt }: AbsentPool | PresentPool): Date {
  return plusMs(observedAt, settings.creatingLookMs);
}

/** The Node is Ready, so its pool will soon be, and somebody waits for that: often, and less often the longer it takes. */
export function endingLookAt({ settings }: Observed, { observedAt }: PresentPool, readySince: Date): Date {
  const { creatingLookMs, dueLookMs } = settings;
  const from = observedAt > readySince ? observedAt : readySince;
  const afterMs = Math.max(msBetween(readySince, from) / 8, dueLookMs / 4);
  return plusMs(from, Math.min(afterMs, creatingLookMs));
}

/** For one's turn: what runs is looked at by those whose it is, unless it is nobody's. */
export function turnLookAt(observed: Observed): Date {
  const { now, pool, settings } = observed;
  return pool.isRunWatched ? plusMs(pool.listedAt ?? now, settings.creatingLookMs) : dueLookAt(observed);
}

/** While something may be over at any moment. */
export function dueLookAt({ now, pool, settings }: Observed): Date {
  const { listedAt, view } = pool;
  if (listedAt === undefined) {
    return now;
  }
  const seenAt = view.state !== 'Unknown' && view.observedAt > listedAt ? view.observedAt : listedAt;
  return plusMs(seenAt, settings.dueLookMs);
}

/** Not before the deletion can be over; from then on often, and less often the longer it takes. */
export function deletionLookAt({ pool, settings }: Observed, { observedAt, phaseSince }: PresentPool): Date {
  const { creatingLookMs, dueLookMs } = settings;
  const dueAt = plusMs(phaseSince, pool.typicalDeletionMs * EARLY);
  const overdueMs = msBetween(dueAt, observedAt);
  return overdueMs < 0
    ? plusMs(observedAt, Math.min(-overdueMs, creatingLookMs))
    : plusMs(observedAt, Math.min(Math.max(overdueMs / 2, dueLookMs), creatingLookMs));
}
