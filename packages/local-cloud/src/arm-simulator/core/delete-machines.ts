import * as z from 'zod';
import { armError, invalidParameter } from './arm-error.ts';
import { answer, refuse } from './call.ts';
import type { Call, Turn } from './call.ts';
import { vmsOf } from './model.ts';
import type { Pool, State } from './model.ts';
import { beginOperation, operationHeaders } from './operations.ts';
import { conflictWithOther, conflictWithOwn } from './preconditions.ts';

const bodySchema = z.looseObject({ machineNames: z.array(z.string()).min(1) });

/** Takes single machines out of a pool; its count goes down with them. */
export function deleteMachines(state: State, call: Call): Turn {
  const pool = state.pools.get(call.pool?.toLowerCase() ?? '');
  if (pool === undefined) {
    return refuse(state, armError('pool-404'));
  }
  const names = namesIn(call);
  const present = vmsOf(state, pool.name).map((vm) => vm.name);
  const unknown = names.find((name) => !present.includes(name));
  if (names.length === 0 || unknown !== undefined) {
    return refuse(state, invalidParameter('machineNames', `machine '${unknown ?? ''}' is not in the agent pool`));
  }
  const conflict = conflictWithOwn(state, pool) ?? conflictWithOther(state, pool.name);
  return conflict === undefined ? startDeleting(state, call, pool, names) : refuse(state, conflict);
}

function namesIn(call: Call): readonly string[] {
  const body = bodySchema.safeParse(call.body);
  return body.success ? [...new Set(body.data.machineNames)] : [];
}

function startDeleting(state: State, call: Call, pool: Pool, names: readonly string[]): Turn {
  const { count } = pool.properties;
  const properties = count === undefined ? pool.properties : { ...pool.properties, count: count - names.length };
  const begun = beginOperation(state, call, {
    kind: 'DeleteMachines',
    pool: { ...pool, properties },
    provisioningState: 'Scaling',
    steps: [{ kind: 'End', afterSeconds: state.settings.deleteMachinesSeconds }],
    machineNames: names,
  });
  return answer(begun.state, 202, undefined, operationHeaders(begun.state, call, begun.operation.id, 'delete'));
}
