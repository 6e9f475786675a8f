import { armError } from './arm-error.ts';
import { answer, refuse } from './call.ts';
import type { Call, Turn } from './call.ts';
import { isTransitional } from './model.ts';
import type { State } from './model.ts';
import { beginOperation, cancelOperationOf, operationHeaders } from './operations.ts';

/** Creation and updates can be stopped; deletion, and what is over, cannot. */
export function abortPool(state: State, call: Call): Turn {
  const pool = state.pools.get(call.pool?.toLowerCase() ?? '');
  if (pool === undefined) {
    return refuse(state, armError('pool-404'));
  }
  if (pool.provisioningState === 'Canceling') {
    return answer(state, 202, undefined, operationHeaders(state, call, pool.operationId ?? '', 'abort'));
  }
  if (!isTransitional(pool.provisioningState) || pool.provisioningState === 'Deleting') {
    return state.settings.abortWhenOver === 'noContent'
      ? answer(state, 204)
      : refuse(state, armError('nothing-to-abort', { pool: pool.name }));
  }
  const error = { status: 200, code: 'Canceled', message: 'The operation has been aborted.' };
  const begun = beginOperation(cancelOperationOf(state, pool, call.nowMs, error), call, {
    kind: 'Abort',
    pool,
    provisioningState: 'Canceling',
    steps: [{ kind: 'End', afterSeconds: state.settings.abortSeconds }],
  });
  return answer(begun.state, 202, undefined, operationHeaders(begun.state, call, begun.operation.id, 'abort'));
}
