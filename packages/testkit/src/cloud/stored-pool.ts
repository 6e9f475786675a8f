import type { AgentPool, AgentPoolSpec, CloudFailure, PoolPhase } from '@kaito/gpu-provisioner';

import { makeVm } from './vm.ts';
import type { Vm } from './vm.ts';
import type { VmSize } from './vm-sizes.ts';

/** A pool as it is asked for. */
export type PoolRequest = AgentPoolSpec;

/** What AKS itself puts on the Nodes of a spot pool. */
const SPOT = 'kubernetes.azure.com/scalesetpriority';
const SPOT_TAINT = `${SPOT}=spot:NoSchedule`;

/** An operation that begins gives the pool another etag. */
const STARTED: readonly PoolPhase[] = ['Deleting', 'Canceling', 'Changing'];

const UNMADE: readonly PoolPhase[] = ['Failed', 'Canceled', 'Deleting'];

/** What the cloud knows of a pool. Whoever changes it puts a new {@link view} there: the old one was given away. */
export class StoredPool {
  readonly spec: PoolRequest;
  readonly size: VmSize;
  readonly zone: string | undefined;
  readonly vm: Vm;
  vmState: 'None' | 'Booting' | 'Running' | 'Stopped' = 'None';
  /** The whole cluster is, or this pool alone. */
  isStopped = false;
  view: AgentPool;
  readonly #id: string;
  #operations = 1;
  /** Calls off what its operation has still to do. */
  #pending: (() => void)[] = [];

  constructor(spec: PoolRequest, options: { readonly id: string; readonly size: VmSize; readonly zone?: string }) {
    const { id, size, zone } = options;
    const { name } = spec;
    this.spec = spec;
    this.size = size;
    this.zone = zone;
    const { nodeLabels, nodeTaints } = completed(spec);
    this.vm = Object.freeze(makeVm({ id, name, size, zone, nodeLabels, nodeTaints }));
    this.#id = id;
    this.view = this.#seen('Creating');
  }

  /** Whether a VM of it is there or is being made, and counts against quota and capacity. */
  get isPlaced(): boolean {
    return this.vmState !== 'None' || !UNMADE.includes(this.view.phase);
  }

  become(phase: PoolPhase, failure?: CloudFailure): void {
    this.#operations += STARTED.includes(phase) ? 1 : 0;
    this.view = this.#seen(phase, failure);
  }

  /** Its view shows what has changed beside its phase. */
  refresh(): void {
    this.view = this.#seen(this.view.phase, this.view.failure);
  }

  get isSpot(): boolean {
    return this.spec.capacityType === 'spot';
  }

  #seen(phase: PoolPhase, failure?: CloudFailure): AgentPool {
    const { name, tags, vmSize, zones = [] } = this.spec;
    return Object.freeze({
      name,
      phase,
      vmSize,
      tags,
      nodeLabels: completed(this.spec).nodeLabels,
      etag: `${this.#id}-${this.#operations}`,
      ...(this.isStopped && { isStopped: true }),
      ...(this.isSpot && { capacityType: 'spot' as const }),
      ...(zones.length > 0 && { zones }),
      ...(failure !== undefined && { failure }),
    });
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

function completed(spec: PoolRequest): Pick<PoolRequest, 'nodeLabels' | 'nodeTaints'> {
  const { capacityType, nodeLabels, nodeTaints } = spec;
  if (capacityType !== 'spot') {
    return { nodeLabels, nodeTaints };
  }
  const taints = nodeTaints.includes(SPOT_TAINT) ? nodeTaints : [...nodeTaints, SPOT_TAINT];
  return { nodeLabels: { ...nodeLabels, [SPOT]: 'spot' }, nodeTaints: taints };
}
