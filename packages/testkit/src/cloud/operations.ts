import type { CloudFailure } from '@kaito/gpu-provisioner';

import type { CloudState } from './cloud-state.ts';
import type { OperationFate } from './mischief.ts';
import { refusals } from './refusals.ts';
import type { Room } from './room.ts';
import { StoredPool } from './stored-pool.ts';
import type { PoolRequest } from './stored-pool.ts';

/** VMs go before their pool does. */
const VM_GONE_AFTER = 0.7;

export function startCreating(
  state: CloudState,
  spec: PoolRequest,
  room: Exclude<Room, { kind: 'refused' }>,
  fate: OperationFate | undefined,
): StoredPool {
  const { behaviour } = state;
  const pool = new StoredPool(spec, { ...room, id: state.nextVmId() });
  const { failure, hasVm } = endOf(room, fate);
  overrideOthers(state);
  state.put(pool);
  if (hasVm) {
    makeVm(state, pool);
  }
  if (fate?.kind !== 'Sticks') {
    state.later(pool, hasVm ? behaviour.poolReadyMs : behaviour.operationFailureMs, () => {
      state.settle(pool, failure === undefined ? 'Ready' : 'Failed', failure);
    });
  }
  return pool;
}

function endOf(
  room: Room,
  fate: OperationFate | undefined,
): { readonly hasVm: boolean; readonly failure?: CloudFailure } {
  if (fate?.kind === 'Fails') {
    return { hasVm: fate.leavesVm === true, failure: fate.failure };
  }
  return room.kind === 'fails' ? { hasVm: false, failure: room.failure } : { hasVm: true };
}

function makeVm(state: CloudState, pool: StoredPool): void {
  const { vmAllocatedMs, vmBootedMs } = state.behaviour;
  state.later(pool, Math.min(vmAllocatedMs, vmBootedMs), () => {
    pool.vmState = 'Booting';
  });
  state.later(pool, vmBootedMs, () => {
    state.bootVm(pool);
  });
}

export function startDeleting(state: CloudState, pool: StoredPool, fate: OperationFate | undefined): void {
  const { deletionMs, operationFailureMs } = state.behaviour;
  state.settle(pool, 'Deleting');
  if (fate?.kind === 'Fails') {
    state.later(pool, operationFailureMs, () => {
      state.settle(pool, 'Failed', fate.failure);
    });
    return;
  }
  state.later(pool, deletionMs * VM_GONE_AFTER, () => {
    state.removeVm(pool);
  });
  if (fate === undefined) {
    state.later(pool, deletionMs, () => {
      state.remove(pool);
    });
  }
}

/** Where operations override each other, the creation of every other pool ends here. */
function overrideOthers(state: CloudState): void {
  if (state.behaviour.concurrency !== 'override') {
    return;
  }
  for (const other of state.pools.values()) {
    if (other.view.phase === 'Creating') {
      state.settle(other, 'Canceled', refusals.overridden);
    }
  }
}
