import { withoutVms } from './advance.ts';
import { armError } from './arm-error.ts';
import { vmsOf, withEntry, withoutEntry } from './model.ts';
import type { State, Vm } from './model.ts';
import { cancelOperationOf } from './operations.ts';

/** What happens to a cloud without anyone asking ARM. Each gives undefined when there is no such thing. */
export function vanishPool(state: State, name: string, nowMs: number): State | undefined {
  const pool = state.pools.get(name);
  if (pool === undefined) {
    return undefined;
  }
  const free = cancelOperationOf(state, pool, nowMs, armError('overridden'));
  return withoutVms({ ...free, pools: withoutEntry(free.pools, name) }, vmsOf(free, name));
}

/** The VM is gone; its pool does not know. */
export function vanishVm(state: State, name: string): State | undefined {
  const vm = state.vms.get(name);
  return vm === undefined ? undefined : withoutVms(state, [vm]);
}

/** The whole cluster is stopped, or started again, as `az aks stop` and `az aks start` do. */
export function switchCluster(state: State, to: 'Running' | 'Stopped'): State {
  const from = to === 'Running' ? 'Stopped' : 'Running';
  const vms = [...state.vms].map(([name, vm]) => [name, vm.state === from ? { ...vm, state: to } : vm] as const);
  return { ...state, isStopped: to === 'Stopped', vms: new Map(vms) };
}

export function switchVm(state: State, name: string, to: Vm['state']): State | undefined {
  const vm = state.vms.get(name);
  return vm === undefined ? undefined : { ...state, vms: withEntry(state.vms, name, { ...vm, state: to }) };
}
