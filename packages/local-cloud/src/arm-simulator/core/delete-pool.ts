import { armError } from './arm-error.ts';
import { answer, refuse } from './call.ts';
import type { Call, Turn } from './call.ts';
import { counted } from './counts.ts';
import { isTransitional } from './model.ts';
import type { Pool, State } from './model.ts';
import { beginOperation, cancelOperationOf, operationHeaders } from './operations.ts';
import { conflictWithOther, conflictWithOwn, etagProblem } from './preconditions.ts';
import { scaledMs } from './settings.ts';

/** VMs go before the pool does. */
const VMS_GONE_AFTER = 0.7;

export function deletePool(state: State, call: Call): Turn {
  const pool = state.pools.get(call.pool?.toLowerCase() ?? '');
  if (pool === undefined) {
    return answer(state, 204);
  }
  const problem = etagProblem(state, call, pool) ?? conflictWithOther(state, pool.name);
  if (problem !== undefined) {
    return refuse(state, problem);
  }
  if (pool.provisioningState === 'Deleting') {
    return accepted(state, call, pool.operationId ?? '');
  }
  const conflict = state.settings.deleteDuringOperation === 'conflict' ? conflictWithOwn(state, pool) : undefined;
  return conflict === undefined ? startDeleting(state, call, pool) : refuse(state, conflict);
}

function startDeleting(state: State, call: Call, pool: Pool): Turn {
  const { deleteSeconds } = state.settings;
  const free = isTransitional(pool.provisioningState)
    ? cancelOperationOf(state, pool, call.nowMs, armError('overridden'))
    : state;
  const begun = beginOperation(free, call, {
    kind: 'Delete',
    pool,
    provisioningState: 'Deleting',
    steps: [
      { kind: 'RemoveVms', afterSeconds: deleteSeconds * VMS_GONE_AFTER },
      { kind: 'End', afterSeconds: deleteSeconds },
    ],
  });
  return accepted(counted(begun.state, pool.name, 'deletes'), call, begun.operation.id);
}

function accepted(state: State, call: Call, operationId: string): Turn {
  const turn = answer(state, 202, undefined, operationHeaders(state, call, operationId, 'delete'));
  return { ...turn, reply: { ...turn.reply, delayMs: scaledMs(state.settings, state.settings.acceptSeconds) } };
}
