import type { AgentPool, CloudFailure, PoolPhase } from '@kaito/gpu-provisioner';

import type { CloudBehaviour } from './behaviour.ts';
import { History } from './history.ts';
import { refusals } from './refusals.ts';
import type { Schedule } from '../time/schedule.ts';
import type { StoredPool } from './stored-pool.ts';
import type { Vm } from './vm.ts';

export type CloudEvent =
  | { readonly kind: 'PoolChanged'; readonly pool: AgentPool }
  | { readonly kind: 'PoolGone'; readonly pool: AgentPool }
  | { readonly kind: 'VmBooted' | 'VmGone'; readonly vm: Vm };

/** Pools and their VMs; every change goes through here, so that it is remembered and told. */
export class CloudState {
  readonly schedule: Schedule;
  behaviour: CloudBehaviour;
  readonly pools = new Map<string, StoredPool>();
  readonly history = new History();
  readonly eventListeners: ((event: CloudEvent) => void)[] = [];
  readonly vmListeners: (() => void)[] = [];
  #vmsMade = 0;

  constructor(schedule: Schedule, behaviour: CloudBehaviour) {
    this.schedule = schedule;
    this.behaviour = behaviour;
  }

  nextVmId(): string {
    this.#vmsMade += 1;
    return `vm-${this.#vmsMade}`;
  }

  runningVms(): readonly Vm[] {
    return [...this.pools.values()].filter(({ vmState }) => vmState === 'Running').map(({ vm }) => vm);
  }

  /** Running or not. */
  allVms(): readonly Vm[] {
    return [...this.pools.values()].filter(({ vmState }) => vmState !== 'None').map(({ vm }) => vm);
  }

  put(pool: StoredPool): void {
    this.pools.set(pool.spec.name, pool);
    this.#changed(pool);
  }

  settle(pool: StoredPool, phase: PoolPhase, failure?: CloudFailure): void {
    pool.dropOperation();
    pool.become(phase, failure);
    this.#changed(pool);
  }

  bootVm(pool: StoredPool): void {
    pool.vmState = 'Running';
    this.tellVm('VmBooted', pool.vm);
  }

  /** Machines go off and come back as they were; what is being made goes on all the same. */
  switchPower(pool: StoredPool, to: 'Running' | 'Stopped'): void {
    const from = to === 'Running' ? 'Stopped' : 'Running';
    pool.isStopped = to === 'Stopped';
    pool.refresh();
    this.#changed(pool);
    if (pool.vmState === from) {
      pool.vmState = to;
      this.tellVm(to === 'Running' ? 'VmBooted' : 'VmGone', pool.vm);
    }
  }

  removeVm(pool: StoredPool): void {
    const wasRunning = pool.vmState === 'Running';
    pool.vmState = 'None';
    if (wasRunning) {
      this.tellVm('VmGone', pool.vm);
    }
  }

  remove(pool: StoredPool): void {
    pool.dropOperation();
    this.pools.delete(pool.spec.name);
    this.#remember();
    this.tell({ kind: 'PoolGone', pool: pool.view });
    this.removeVm(pool);
  }

  abort(pool: StoredPool): void {
    this.settle(pool, 'Canceling');
    this.later(pool, this.behaviour.abortMs, () => {
      if (pool.vmState === 'Booting') {
        pool.vmState = 'None';
      }
      this.settle(pool, 'Canceled', refusals.cancelled);
    });
  }

  /** Part of the pool's operation: called off when the operation is. */
  later(pool: StoredPool, ms: number, act: () => void): void {
    pool.owe(this.schedule.after(ms, act));
  }

  tell(event: CloudEvent): void {
    for (const listener of this.eventListeners) {
      listener(event);
    }
  }

  tellVm(kind: 'VmBooted' | 'VmGone', vm: Vm): void {
    this.tell({ kind, vm });
    for (const listener of this.vmListeners) {
      listener();
    }
  }

  #changed(pool: StoredPool): void {
    this.#remember();
    this.tell({ kind: 'PoolChanged', pool: pool.view });
  }

  #remember(): void {
    this.history.add(this.pools.values(), this.schedule.now().getTime());
  }
}
