import type { AgentPool, AgentPoolSpec, CloudFailure, PoolPhase } from '@kaito/gpu-provisioner';

import { makeVm } from './vm.ts';
import type { Vm } from './vm.ts';
import type { VmSize } from './vm-sizes.ts';

/** A pool as it is asked for; zones are for callers other than the provisioner, which asks for none. */
export interface PoolRequest extends AgentPoolSpec {
  readonly zones?: readonly string[];
}

/** An operation that begins gives the pool another etag. */
const STARTED: readonly PoolPhase[] = ['Deleting', 'Canceling', 'Changing'];

const UNMADE: readonly PoolPhase[] = ['Failed', 'Canceled', 'Deleting'];

/** What the cloud knows of a pool. Whoever changes it puts a new {@link view} there: the old one was given away. */
export class StoredPool {
  readonly spec: PoolRequest;
  readonly size: VmSize;
  readonly zone: string | undefined;
  readonly vm: Vm;
  vmState: 'None' | 'Booting' | 'Running' = 'None';
  view: AgentPool;
  readonly #id: string;
  #operations = 1;
  /** Calls off what its operation has still to do. */
  #pending: (() => void)[] = [];

  constructor(spec: PoolRequest, options: { readonly id: string; readonly size: VmSize; readonly zone?: string }) {
    const { id, size, zone } = options;
    const { name, nodeLabels, nodeTaints, tags, vmSize } = spec;
    this.spec = spec;
    this.size = size;
    this.zone = zone;
    this.vm = Object.freeze(makeVm({ id, name, size, zone, nodeLabels, nodeTaints }));
    this.#id = id;
    this.view = Object.freeze({ name, phase: 'Creating', vmSize, tags, nodeLabels, etag: this.#etag });
  }

  /** Whether a VM of it is there or is being made, and counts against quota and capacity. */
  get isPlaced(): boolean {
    return this.vmState !== 'None' || !UNMADE.includes(this.view.phase);
  }

  become(phase: PoolPhase, failure?: CloudFailure): void {
    const { name, nodeLabels, tags, vmSize } = this.spec;
    this.#operations += STARTED.includes(phase) ? 1 : 0;
    const view = { name, phase, vmSize, tags, nodeLabels, etag: this.#etag };
    this.view = Object.freeze({ ...view, ...(failure !== undefined && { failure }) });
  }

  get #etag(): string {
    return `${this.#id}-${this.#operations}`;
  }

  owe(cancel: () => void): void {
    this.#pending.push(cancel);
  }

  /** Ends whatever operation runs on it, without a trace. */
  dropOperation(): void {
    for (const cancel of this.#pending) {
      cancel();
    }
    this.#pending = [];
  }
}
