import { isApiError } from './api-error.ts';
import { atLeast, backoffMs } from './backoff.ts';
import { isReconcileError } from './errors.ts';
import type { Logger } from './logger.ts';
import type { WorkQueue } from './work-queue.ts';

export interface FailureContext {
  readonly queue: WorkQueue;
  readonly log: Logger;
  readonly random: () => number;
}

/** After so many conflicts in a row it is not the cache that is late: something is wrong, and is told as an error. */
const QUIET_CONFLICTS = 6;
const BACKOFF = { baseMs: 1_000, maxMs: 60_000 };
const CONFLICT_BACKOFF = { baseMs: 20, maxMs: 1_000 };

/** Decides when a key whose reconcile failed comes again, and says so in the log. */
export function afterFailure(context: FailureContext, key: string, error: unknown): 'conflict' | 'waiting' | 'error' {
  const { log, queue, random } = context;
  if (isReconcileError(error) && error.disposition === 'wait') {
    queue.forget(key);
    log.warn({ err: error }, 'Waiting for a change');
    return 'waiting';
  }
  if (isApiError(error, 'Conflict', 'AlreadyExists')) {
    return afterConflict(context, key, error);
  }
  const askedMs = isApiError(error) || isReconcileError(error) ? error.retryAfterMs : undefined;
  if (askedMs !== undefined) {
    const delayMs = atLeast(askedMs, random);
    queue.failed(key);
    queue.addAfter(key, delayMs);
    log.warn({ err: error, delayMs: Math.round(delayMs) }, 'Coming back when asked to');
    return 'error';
  }
  const delayMs = backoffMs(BACKOFF, queue.failed(key), random);
  queue.addAfter(key, delayMs);
  log.error({ err: error, delayMs: Math.round(delayMs) }, 'Reconciling failed');
  return 'error';
}

/** The world differs from what the cache showed: at once again, then with pauses that let the cache catch up. */
function afterConflict({ log, queue, random }: FailureContext, key: string, error: unknown): 'conflict' | 'error' {
  const conflicts = queue.failed(key);
  if (conflicts > QUIET_CONFLICTS) {
    const delayMs = backoffMs(BACKOFF, conflicts - QUIET_CONFLICTS, random);
    queue.addAfter(key, delayMs);
    log.error({ err: error, delayMs: Math.round(delayMs) }, 'Reconciling failed: the conflict does not go away');
    return 'error';
  }
  queue.addAfter(key, conflicts === 1 ? 0 : backoffMs(CONFLICT_BACKOFF, conflicts - 1, random));
  log.debug({ err: error }, 'Looking again after a conflict');
  return 'conflict';
}
