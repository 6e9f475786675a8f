import type { AgentPool, Answer, CloudFailure, PoolPhase, VcpuUsage, VmSku } from '@kaito/gpu-provisioner';

import type { PoolRequest } from '../../cloud/stored-pool.ts';

/** How a cloud may be told to behave, in the words of both sides. */
export interface CloudTerms {
  readonly concurrency?: 'parallel' | 'serial' | 'override';
  readonly mustAbort?: boolean;
  readonly abortWhenOver?: 'refused' | 'accepted';
  /** Abortions and listings take so long that no scenario sees their end. */
  readonly abortsForEver?: boolean;
  readonly listsFromTheBeginning?: boolean;
  /** No faster than Azure; the model needs no telling. */
  readonly inRealTime?: boolean;
  readonly quotas?: Readonly<Record<string, number>>;
  readonly quotaToldBy?: 'create' | 'operation';
  readonly capacity?: Readonly<Record<string, number>>;
  readonly capacityToldBy?: 'create' | 'operation';
  readonly unavailableSizes?: readonly string[];
  readonly zones?: readonly string[];
  readonly unavailableZones?: Readonly<Record<string, readonly string[]>>;
  /** From there on; it may be allowed before, not again. */
  readonly isComputePermitted?: false;
}

/** What is seen of a VM. */
export interface SeenVm {
  readonly pool: string;
  readonly vmSize: string;
  readonly gpus: number;
  readonly nodeName: string;
  readonly providerId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly string[];
}

/** Trouble that is ordered for the next call or operation. */
export type Trouble = 'throttled' | 'creation-fails' | 'creation-fails-with-vm' | 'deletion-fails';

/** A cloud as a scenario uses it: through the port of the provisioner, and beside it. */
export interface CloudDriver {
  create(spec: PoolRequest): Promise<Answer<AgentPool>>;
  delete(pool: Pick<AgentPool, 'name' | 'etag'>): Promise<Answer<'accepted' | 'absent'>>;
  abort(name: string): Promise<Answer<'accepted'>>;
  get(name: string): Promise<Answer<AgentPool | undefined>>;
  list(): Promise<Answer<readonly AgentPool[]>>;
  skus(): Promise<Answer<readonly VmSku[]>>;
  usages(): Promise<Answer<readonly VcpuUsage[]>>;
  change(terms: CloudTerms): Promise<void>;
  /** The next create or delete: what it starts never ends. */
  stickNext(verb: 'create' | 'delete'): Promise<void>;
  /** The connection ends without an answer to the next call: before anything is done, or after. */
  cutNext(verb: 'create' | 'delete', when: 'before' | 'after'): Promise<void>;
  order(trouble: Trouble): Promise<void>;
  addPool(spec: PoolRequest): Promise<void>;
  removePool(name: string): Promise<void>;
  removeVm(pool: string): Promise<void>;
  /** The whole cluster. */
  switchCluster(to: 'Running' | 'Stopped'): Promise<void>;
  /** The VMs that run, those of the system pool aside. */
  vms(): Promise<readonly SeenVm[]>;
  /** Waits until the pool is so, without a request. */
  until(name: string, phase: PoolPhase | 'Gone'): Promise<void>;
  untilVm(pool: string, state: 'running' | 'gone'): Promise<void>;
}

/** What a failure is told by: its text is Azure's. */
export function seenFailure(failure: CloudFailure): unknown {
  const { code, kind } = failure;
  return {
    kind,
    code,
    ...(failure.kind === 'QuotaExceeded' && { quota: failure.quota }),
    ...(failure.kind === 'Transient' && { retryAfterMs: failure.retryAfterMs }),
  };
}

export function seenPool(pool: AgentPool): unknown {
  const { etag: _, failure, ...rest } = pool;
  return { ...rest, ...(failure !== undefined && { failure: seenFailure(failure) }) };
}
