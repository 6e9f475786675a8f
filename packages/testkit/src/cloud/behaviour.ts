/** How the cloud of a model behaves. Spans are in milliseconds, figures those of provisioner.md 3.7. */
export interface CloudBehaviour {
  /** From the create to the VM that is allocated: it counts, and costs. */
  readonly vmAllocatedMs: number;
  /** From the create to the VM whose kubelet may register. */
  readonly vmBootedMs: number;
  /** From the create to the pool being Ready, which AKS says later than the Node does. */
  readonly poolReadyMs: number;
  /** From the delete to the pool being gone; its VM goes after 70 % of it. */
  readonly deletionMs: number;
  readonly abortMs: number;
  /** From the create or delete to the failure of an operation that was accepted. */
  readonly operationFailureMs: number;
  /** Listings show the pools as they were so long ago. */
  readonly listLagMs: number;
  /** Listings show nothing, not even the system pool. */
  readonly isListEmpty: boolean;

  /** serial: refused while another pool is in transition; override: a create cancels the creation of other pools. */
  readonly concurrency: 'parallel' | 'serial' | 'override';
  /** A pool on which an operation runs is not deleted: the operation must be aborted, or end. */
  readonly mustAbort: boolean;
  readonly abortWhenOver: 'refused' | 'accepted';

  readonly maximumPools: number;
  /** vCPUs by family, `cores` for all of them, `lowPriorityCores` for spot, which counts against no other; what is not named is not limited. */
  readonly quotas: Readonly<Record<string, number>>;
  /** Who tells that a quota does not suffice: the answer to the create, or its operation later. */
  readonly quotaToldBy: 'create' | 'operation';
  /** VMs that there are, by size or size/zone; what is not named is not limited. */
  readonly capacity: Readonly<Record<string, number>>;
  readonly capacityToldBy: 'create' | 'operation';
  readonly unavailableSizes: readonly string[];
  /** Of the region; every size is in all of them but those named here, by size. */
  readonly zones: readonly string[];
  readonly unavailableZones: Readonly<Record<string, readonly string[]>>;
  /** Whether the identity may read what the region offers. */
  readonly isComputePermitted: boolean;
  /** Whether requests are counted and refused as AKS does. */
  readonly isThrottled: boolean;
}

export const typicalCloud: CloudBehaviour = {
  vmAllocatedMs: 10_000,
  vmBootedMs: 80_000,
  poolReadyMs: 140_000,
  deletionMs: 120_000,
  abortMs: 3_000,
  operationFailureMs: 30_000,
  listLagMs: 0,
  isListEmpty: false,
  concurrency: 'parallel',
  mustAbort: false,
  abortWhenOver: 'refused',
  maximumPools: 100,
  quotas: {},
  quotaToldBy: 'create',
  capacity: {},
  capacityToldBy: 'operation',
  unavailableSizes: [],
  zones: ['1', '2', '3'],
  unavailableZones: {},
  isComputePermitted: true,
  isThrottled: true,
};
