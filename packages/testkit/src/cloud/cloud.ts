import type { AgentPool, Answer, CloudFailure, VcpuUsage, VmSku } from '@kaito/gpu-provisioner';

import { typicalCloud } from './behaviour.ts';
import type { CloudBehaviour } from './behaviour.ts';
import { CloudState } from './cloud-state.ts';
import type { CloudEvent } from './cloud-state.ts';
import { Mischief } from './mischief.ts';
import type { Cut, OperationFate } from './mischief.ts';
import { startCreating, startDeleting } from './operations.ts';
import { isSettled, no, refusals, throttled, yes } from './refusals.ts';
import { offeredSkus, vcpuUsages } from './region.ts';
import { isPoolName, roomFor } from './room.ts';
import type { Schedule } from '../time/schedule.ts';
import { StoredPool } from './stored-pool.ts';
import type { PoolRequest } from './stored-pool.ts';
import { Throttle } from './throttle.ts';
import type { CloudVerb } from './throttle.ts';
import type { Vm, VmSource } from './vm.ts';

/** The pools as they were once; asking costs a request like any other. */
export interface CloudReader {
  get(name: string): Answer<AgentPool | undefined>;
  list(): Answer<readonly AgentPool[]>;
}

export interface CloudOptions {
  readonly schedule: Schedule;
  readonly behaviour?: Partial<CloudBehaviour>;
  /** Pools that someone else made long ago; absent: the system pool. */
  readonly existing?: readonly PoolRequest[];
}

const SYSTEM_POOL: PoolRequest = {
  name: 'system',
  vmSize: 'Standard_D4s_v5',
  osDiskSizeGiB: 0,
  tags: {},
  nodeLabels: {},
  nodeTaints: [],
};

/** The agent pools of one AKS cluster, as the port of the provisioner shows them. */
export class Cloud implements VmSource, CloudReader {
  readonly #state: CloudState;
  readonly #mischief = new Mischief();
  readonly #throttle = new Throttle();
  readonly #accepted: PoolRequest[] = [];
  readonly #asked: PoolRequest[] = [];
  readonly #schedule: Schedule;
  #hidden: ReadonlySet<string> = new Set();

  constructor({ schedule, behaviour = {}, existing = [SYSTEM_POOL] }: CloudOptions) {
    this.#schedule = schedule;
    this.#state = new CloudState(schedule, { ...typicalCloud, ...behaviour });
    for (const spec of existing) {
      this.addPool(spec);
    }
    this.#state.history.begin(this.#state.pools.values(), schedule.now().getTime());
  }

  /** Counts what ever changed in the pools. */
  get version(): number {
    return this.#state.history.version;
  }

  /** How far the listings of this cloud are behind. */
  get listLagMs(): number {
    return this.#state.behaviour.listLagMs;
  }

  /** The pools without a request: for those who look on. */
  get pools(): readonly AgentPool[] {
    return this.#state.history.latest;
  }

  /** What was asked for in creates that were accepted, in order. */
  get accepted(): readonly PoolRequest[] {
    return this.#accepted;
  }

  /** What creates asked for, in order, whatever the answer was. */
  get asked(): readonly PoolRequest[] {
    return this.#asked;
  }

  create(spec: PoolRequest): Answer<AgentPool> {
    this.#asked.push(spec);
    return this.#call<AgentPool>('create', spec.name, () => {
      const state = this.#state;
      if (!isPoolName(spec.name)) {
        return no(refusals.invalid);
      }
      if (state.pools.has(spec.name)) {
        return no(refusals.poolExists);
      }
      if (this.#isBusyBeside(spec.name)) {
        return no(refusals.otherOperation);
      }
      const room = roomFor(spec, [...state.pools.values()], state.behaviour);
      if (room.kind === 'refused') {
        return no(room.failure);
      }
      this.#accepted.push(spec);
      const { view } = startCreating(state, spec, room, this.#mischief.takeFate('create'));
      return yes({ ...view, nodeLabels: spec.nodeLabels }); // what AKS adds is seen later
    });
  }

  /** `absent`: there was nothing to delete. */
  delete({ etag, name }: Pick<AgentPool, 'name' | 'etag'>): Answer<'accepted' | 'absent'> {
    return this.#call<'accepted' | 'absent'>('delete', name, () => {
      const pool = this.#state.pools.get(name);
      if (pool === undefined) {
        return yes('absent');
      }
      if (etag !== undefined && etag !== pool.view.etag) {
        return no(refusals.poolExists);
      }
      if (this.#isBusyBeside(name)) {
        return no(refusals.otherOperation);
      }
      if (pool.view.phase === 'Deleting') {
        return yes('accepted');
      }
      if (this.#state.behaviour.mustAbort && !isSettled(pool.view)) {
        return no(pool.view.phase === 'Creating' ? refusals.ownCreation : refusals.otherOperation);
      }
      startDeleting(this.#state, pool, this.#mischief.takeFate('delete'));
      return yes('accepted');
    });
  }

  /** Ends the creation of a pool; nothing else can be ended. */
  abort(name: string): Answer<'accepted'> {
    return this.#call<'accepted'>('abort', name, () => {
      const pool = this.#state.pools.get(name);
      if (pool === undefined) {
        return no(refusals.noSuchPool);
      }
      if (pool.view.phase === 'Canceling') {
        return yes('accepted');
      }
      if (pool.view.phase !== 'Creating') {
        return this.#state.behaviour.abortWhenOver === 'accepted' ? yes('accepted') : no(refusals.nothingToAbort);
      }
      this.#state.abort(pool);
      return yes('accepted');
    });
  }

  get(name: string): Answer<AgentPool | undefined> {
    return this.asOf(this.version).get(name);
  }

  /** By name; of a moment ago where listings lag. */
  list(): Answer<readonly AgentPool[]> {
    const { behaviour, history } = this.#state;
    return this.asOf(history.versionAt(this.#schedule.now().getTime() - behaviour.listLagMs)).list();
  }

  asOf(version: number): CloudReader {
    const pools = this.#state.history.asOf(version);
    return {
      get: (name) => this.#call('get', name, () => yes(pools.find((pool) => pool.name === name))),
      list: () => this.#call('list', '', () => yes(this.#listed(pools))),
    };
  }

  /** The sizes of the region. */
  skus(): Answer<readonly VmSku[]> {
    const { behaviour } = this.#state;
    return this.#call('skus', '', () =>
      behaviour.isComputePermitted ? yes(offeredSkus(behaviour)) : no(refusals.computeDenied),
    );
  }

  /** The quotas, and what is used of them at this moment. */
  usages(): Answer<readonly VcpuUsage[]> {
    const { behaviour, pools } = this.#state;
    return this.#call('usages', '', () =>
      behaviour.isComputePermitted ? yes(vcpuUsages(behaviour, [...pools.values()])) : no(refusals.computeDenied),
    );
  }

  vms(): readonly Vm[] {
    return this.#state.runningVms();
  }

  exists(providerId: string): boolean {
    return this.#state.allVms().some((vm) => vm.providerId === providerId);
  }

  onChange(listener: () => void): void {
    this.#state.vmListeners.push(listener);
  }

  onEvent(listener: (event: CloudEvent) => void): void {
    this.#state.eventListeners.push(listener);
  }

  /** Changes how the cloud behaves, for what begins from here on. */
  change(behaviour: Partial<CloudBehaviour>): void {
    this.#state.behaviour = { ...this.#state.behaviour, ...behaviour };
  }

  /** The next calls of this verb are refused with it, and nothing is done. */
  refuseNext(verb: CloudVerb, failure: CloudFailure, times = 1): void {
    this.#mischief.refuse(verb, failure, times);
  }

  /** The connection ends without an answer to the next call of this verb: before anything is done, or after. */
  cutNext(verb: CloudVerb, when: Cut): void {
    this.#mischief.cut(verb, when);
  }

  /** The next operation of this verb that is accepted ends so. */
  fateOfNext(verb: 'create' | 'delete', fate: OperationFate): void {
    this.#mischief.fate(verb, fate);
  }

  /** Listings leave these pools out from here on, as ones that permissions filter do; none: no more. */
  hide(...names: readonly string[]): void {
    this.#hidden = new Set(names);
  }

  /** What was to befall later calls does not. */
  forgive(): void {
    this.#mischief.clear();
  }

  /** Someone else made this pool long ago. */
  addPool(spec: PoolRequest): void {
    const room = roomFor(spec, [], this.#state.behaviour);
    if (room.kind !== 'placed') {
      throw new TypeError(`the cloud does not offer ${spec.vmSize}`);
    }
    const pool = new StoredPool(spec, { ...room, id: this.#state.nextVmId() });
    pool.vmState = 'Running';
    pool.become('Ready');
    this.#state.put(pool);
    this.#state.tellVm('VmBooted', pool.vm);
  }

  /** Someone removes the pool with its VM, at once. */
  removePool(name: string): void {
    const pool = this.#state.pools.get(name);
    if (pool !== undefined) {
      this.#state.remove(pool);
    }
  }

  /** The whole cluster is stopped, or started again, as `az aks stop` and `az aks start` do. */
  switchCluster(to: 'Running' | 'Stopped'): void {
    for (const pool of this.#state.pools.values()) {
      this.#state.switchPower(pool, to);
    }
  }

  /** One pool alone, as `az aks nodepool stop` and `start` do. */
  switchPool(name: string, to: 'Running' | 'Stopped'): void {
    const pool = this.#state.pools.get(name);
    if (pool !== undefined) {
      this.#state.switchPower(pool, to);
    }
  }

  /** The VM of a pool vanishes, as an evicted one does; the pool does not know. */
  removeVm(pool: string): void {
    const stored = this.#state.pools.get(pool);
    if (stored !== undefined) {
      this.#state.removeVm(stored);
    }
  }

  #listed(pools: readonly AgentPool[]): readonly AgentPool[] {
    return this.#state.behaviour.isListEmpty ? [] : pools.filter(({ name }) => !this.#hidden.has(name));
  }

  #isBusyBeside(name: string): boolean {
    const { behaviour, pools } = this.#state;
    return (
      behaviour.concurrency === 'serial' &&
      [...pools.values()].some(({ spec, view }) => spec.name !== name && !isSettled(view))
    );
  }

  #call<T>(verb: CloudVerb, name: string, work: () => Answer<T>): Answer<T> {
    const cut = this.#mischief.takeCut(verb);
    const answer = cut === 'before' ? undefined : this.#answer(verb, name, work);
    return cut === undefined && answer !== undefined ? answer : no(refusals.noAnswer);
  }

  #answer<T>(verb: CloudVerb, name: string, work: () => Answer<T>): Answer<T> {
    const refusal = this.#mischief.takeRefusal(verb);
    if (refusal !== undefined) {
      return no(refusal);
    }
    const waitMs = this.#throttle.take(verb, name, this.#schedule.now().getTime());
    return waitMs !== undefined && this.#state.behaviour.isThrottled ? no(throttled(waitMs)) : work();
  }
}
