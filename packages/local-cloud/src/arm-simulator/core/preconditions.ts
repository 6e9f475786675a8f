import { armError } from './arm-error.ts';
import type { ArmError } from './arm-error.ts';
import type { Call } from './call.ts';
import { isTransitional, poolsInTransition } from './model.ts';
import type { Pool, State } from './model.ts';
import { rfc3339 } from './time.ts';

/** If-Match and If-None-Match. */
export function etagProblem(
  state: State,
  { ifMatch, ifNoneMatch }: Call,
  pool: Pool | undefined,
): ArmError | undefined {
  const isWrong =
    (ifMatch !== undefined && !matches(ifMatch, pool)) || (ifNoneMatch !== undefined && matches(ifNoneMatch, pool));
  return isWrong ? armError(state.settings.etagMismatch === 'EtagMismatch' ? 'etag-mismatch' : 'etag') : undefined;
}

/** A PUT on a pool that is busy. */
export function conflictWithOwn(state: State, pool: Pool | undefined): ArmError | undefined {
  if (pool === undefined || !isTransitional(pool.provisioningState)) {
    return undefined;
  }
  const operation = state.operations.get(pool.operationId ?? '');
  return pool.provisioningState === 'Creating' && operation !== undefined
    ? armError('conflict-same-pool-create', { RFC3339: rfc3339(operation.startedAtMs) })
    : conflict(pool);
}

/** Where a cluster takes one operation at a time. */
export function conflictWithOther(state: State, poolName: string): ArmError | undefined {
  const other = poolsInTransition(state).find((pool) => pool.name !== poolName);
  return state.settings.concurrency === 'serial' && other !== undefined ? conflict(other) : undefined;
}

function conflict(pool: Pool): ArmError {
  return armError('conflict-other-pool', {
    pool: pool.name,
    'Creating|Updating|Deleting': pool.provisioningState,
  });
}

function matches(header: string, pool: Pool | undefined): boolean {
  if (pool === undefined) {
    return false;
  }
  return header
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//u, '').replaceAll('"', ''))
    .some((tag) => tag === '*' || tag === pool.etag);
}
