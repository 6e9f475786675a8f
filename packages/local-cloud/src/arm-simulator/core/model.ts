import type { ArmError } from './arm-error.ts';
import type { ArmedFault } from './faults.ts';
import type { PoolProperties } from './pool-request.ts';
import type { Settings } from './settings.ts';

export interface ClusterIdentity {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly clusterName: string;
  readonly location: string;
  readonly nodeResourceGroup: string;
  readonly kubernetesVersion: string;
}

export type SettledState = 'Succeeded' | 'Failed' | 'Canceled';
export type TransitionalState = 'Creating' | 'Updating' | 'Scaling' | 'Upgrading' | 'Deleting' | 'Canceling';
export type ProvisioningState = SettledState | TransitionalState;

export interface Pool {
  readonly name: string;
  /** The request with the blanks filled in as AKS does. */
  readonly properties: PoolProperties;
  readonly provisioningState: ProvisioningState;
  readonly provisioningError?: ArmError;
  readonly etag: string;
  readonly createdAtMs: number;
  readonly stateSinceMs: number;
  /** The operation that is changing it. */
  readonly operationId?: string;
  /** Instance numbers are never used twice while the pool lives; a pool made again starts at 0. */
  readonly nextInstance: number;
}

export type OperationKind = 'Create' | 'Update' | 'Delete' | 'Abort' | 'DeleteMachines';

export interface Operation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly poolName: string;
  readonly startedAtMs: number;
  readonly status: 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled';
  readonly endedAtMs?: number;
  readonly error?: ArmError;
  /** How it will end. */
  readonly failure?: ArmError;
  /** Its status says InProgress for ever. */
  readonly isStuck: boolean;
  /** From then on nobody knows it. */
  readonly forgottenAtMs?: number;
  readonly nodesReadyAtMs?: number;
  readonly machineNames?: readonly string[];
}

/** A step that an operation in progress takes at its time; it lapses when the operation is cancelled. */
export interface Step {
  readonly atMs: number;
  readonly operationId: string;
  readonly kind: 'AllocateVms' | 'BootVms' | 'RemoveVms' | 'End';
}

/** A VM as the node agent sees it. */
export interface Vm {
  /** Also the Node's name. */
  readonly name: string;
  readonly providerId: string;
  readonly pool: string;
  readonly vmSize: string;
  /** Its number in the scale set. */
  readonly index: number;
  readonly state: 'Booting' | 'Running' | 'Stopped';
  readonly createdAt: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `key=value:Effect`. */
  readonly taints: readonly string[];
  readonly gpuCount: number;
  readonly cpu: number;
  readonly memoryGiB: number;
  readonly osDiskSizeGiB: number;
  readonly ipAddress: string;
  readonly zone?: string;
  readonly mode: string;
  readonly isSpot: boolean;
  /** When its Node turns Ready at the earliest. */
  readonly nodeReadyAt?: string;
}

/** What is left of a limit on requests. */
export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** What ever happened to pools of one name. */
export interface PoolCounts {
  readonly creates: number;
  readonly updates: number;
  readonly deletes: number;
}

export interface State {
  readonly cluster: ClusterIdentity;
  readonly settings: Settings;
  readonly seed: string;
  /** Somebody has stopped the whole cluster: its pools stay as they are, their VMs do not run. */
  readonly isStopped?: boolean;
  /** Counts everything that needs a name of its own. */
  readonly sequence: number;
  readonly pools: ReadonlyMap<string, Pool>;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly vms: ReadonlyMap<string, Vm>;
  readonly agenda: readonly Step[];
  readonly faults: readonly ArmedFault[];
  readonly buckets: ReadonlyMap<string, Bucket>;
  readonly counts: ReadonlyMap<string, PoolCounts>;
  /** Earlier pools, oldest first, as long as listings lag. */
  readonly snapshots: readonly { readonly atMs: number; readonly pools: ReadonlyMap<string, Pool> }[];
}

export function isTransitional(state: ProvisioningState): state is TransitionalState {
  return state !== 'Succeeded' && state !== 'Failed' && state !== 'Canceled';
}

export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

export function withoutEntry<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

export function withPool(state: State, pool: Pool): State {
  return { ...state, pools: withEntry(state.pools, pool.name, pool) };
}

export function vmsOf(state: State, poolName: string): readonly Vm[] {
  return [...state.vms.values()].filter((vm) => vm.pool === poolName).toSorted((a, b) => a.index - b.index);
}

/** The pools of which an operation is changing something. */
export function poolsInTransition(state: State): readonly Pool[] {
  return [...state.pools.values()].filter((pool) => isTransitional(pool.provisioningState));
}
