/** Azure's own words about a failure. */
interface Told {
  readonly code: string;
  readonly message: string;
}

/** How a VM is paid for; the values of the label `karpenter.sh/capacity-type`. */
export type CapacityType = 'on-demand' | 'spot';

/** A quota in vCPUs; a figure is absent when Azure did not tell it. */
export interface Quota {
  readonly family?: string;
  readonly limit?: number;
  readonly used?: number;
  readonly needed?: number;
  readonly remaining?: number;
}

/**
 * What went wrong in the cloud, in words the core can decide on.
 *
 * - `SkuUnavailable`: this size cannot be had here at present; another one may.
 * - `QuotaExceeded`, `PoolLimitReached`, `Denied`, `ClusterNotFound`: a person must act.
 * - `Rejected`: the request is wrong; repeating it does not help.
 * - `Busy`: an operation on another pool of the cluster runs; it was refused for that alone.
 * - `OwnOperation`: an operation on this very pool runs.
 * - `AlreadyExists`: there is a pool of this name, or it is not any more the one that was meant.
 * - `Transient`: passing, and possibly done in spite of the answer.
 */
export type CloudFailure =
  | (Told & { readonly kind: 'QuotaExceeded'; readonly quota: Quota })
  | (Told & { readonly kind: 'Transient'; readonly retryAfterMs?: number })
  | (Told & {
      readonly kind:
        | 'SkuUnavailable'
        | 'PoolLimitReached'
        | 'Denied'
        | 'ClusterNotFound'
        | 'Rejected'
        | 'Busy'
        | 'OwnOperation'
        | 'AlreadyExists';
    });

/** For how long the cloud asks not to be asked again; undefined: it does not say. */
export function quietMs(failure: CloudFailure): number | undefined {
  return failure.kind === 'Transient' ? failure.retryAfterMs : undefined;
}

export type Answer<T> =
  { readonly isOk: true; readonly value: T } | { readonly isOk: false; readonly failure: CloudFailure };

/** `Changing` stands for every operation that neither makes nor unmakes the pool (update, upgrade, scale, stop). */
export type PoolPhase = 'Creating' | 'Ready' | 'Changing' | 'Deleting' | 'Canceling' | 'Canceled' | 'Failed';

export interface AgentPool {
  readonly name: string;
  readonly phase: PoolPhase;
  readonly vmSize: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly nodeLabels: Readonly<Record<string, string>>;
  /** Another one after every operation, and for another pool of this name. Absent: not known. */
  readonly etag?: string;
  /** Absent: on-demand. */
  readonly capacityType?: CapacityType;
  /** In one of which its VM lies; absent: in none. */
  readonly zones?: readonly string[];
  /** Somebody has stopped it: it stands, without its VM. */
  readonly isStopped?: boolean;
  /** Why it is Failed or Canceled, when Azure tells. */
  readonly failure?: CloudFailure;
}

/** A pool of one VM, as it is asked for. */
export interface AgentPoolSpec {
  readonly name: string;
  readonly vmSize: string;
  /** 0 leaves the size to the platform. */
  readonly osDiskSizeGiB: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly nodeLabels: Readonly<Record<string, string>>;
  /** Each `key=value:Effect`. */
  readonly nodeTaints: readonly string[];
  /** In one of which its VM is to lie; absent or empty: anywhere in the region. */
  readonly zones?: readonly string[];
  /** Absent: on-demand. */
  readonly capacityType?: CapacityType;
  /** The distribution of its VM; absent: the platform's choice. */
  readonly osSku?: 'Ubuntu' | 'AzureLinux';
}

/**
 * The agent pools of one cluster. Every call is one request (a list: one per page) whose answer is the cloud's first:
 * an accepted create or delete goes on for minutes, and `get` and `list` show how far it is.
 * What the cloud refuses is a value; a call throws only when its signal aborts.
 */
export interface AgentPools {
  /** Refused with `AlreadyExists` when there is a pool of this name, so that asking twice creates once. */
  create(spec: AgentPoolSpec, signal: AbortSignal): Promise<Answer<AgentPool>>;
  /**
   * `absent`: there was nothing to delete. Refused with `AlreadyExists` when the pool has another etag by now. Does not
   * wait for disruption budgets: the Node was drained before.
   */
  delete(pool: Pick<AgentPool, 'name' | 'etag'>, signal: AbortSignal): Promise<Answer<'accepted' | 'absent'>>;
  /** Ends the operation that runs on the pool, so that another can begin. */
  abort(name: string, signal: AbortSignal): Promise<Answer<'accepted'>>;
  get(name: string, signal: AbortSignal): Promise<Answer<AgentPool | undefined>>;
  /** Every pool of the cluster, whoever made it. */
  list(signal: AbortSignal): Promise<Answer<readonly AgentPool[]>>;
}

/** As many agent pools as AKS allows a cluster. */
export const MAX_POOLS = 100;

/** Whether an operation runs on the pool. */
export function isInTransition({ phase }: AgentPool): boolean {
  return phase === 'Creating' || phase === 'Changing' || phase === 'Deleting' || phase === 'Canceling';
}
