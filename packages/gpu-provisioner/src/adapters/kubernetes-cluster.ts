import { ApiError, isApiError, keyOf } from '@kaito/controller-runtime';
import type {
  Cache,
  Clock,
  CreateSubresourceRequest,
  EventRecorder,
  Kubernetes,
  KubernetesObject,
  PatchRequest,
  WatchedKind,
} from '@kaito/controller-runtime';
import { fieldManagers, machines, nodes, pods } from '@kaito/types';
import type { Machine, Node, Pod } from '@kaito/types';

import type { DrainedPod } from '../core/drain.ts';
import { Evictions } from '../core/evictions.ts';
import type { MachineStatus } from '../core/machine-status.ts';
import type { Cluster } from '../core/ports.ts';
import { indexes } from '../keys.ts';

export interface KubernetesClusterOptions {
  readonly kubernetes: Kubernetes;
  readonly machineCache: Cache<Machine>;
  /** With the indexes `claim` and `providerId`. */
  readonly nodeCache: Cache<Node>;
  /** With the index `node`. */
  readonly podCache: Cache<Pod>;
  readonly events: EventRecorder;
  readonly clock: Clock;
}

const MACHINE = { apiVersion: 'karpenter.sh/v1alpha5', kind: 'Machine' } as const;

/** The cluster through its API: reads from caches, except where a read past them is asked for. */
export function kubernetesCluster(options: KubernetesClusterOptions): Cluster {
  const { clock, events, kubernetes, machineCache, nodeCache, podCache } = options;
  const evictions = new Evictions();
  const drained = (pod: Pod): DrainedPod => {
    const refused = evictions.get(pod.metadata.uid);
    return { pod, ...(refused !== undefined && { refused }) };
  };
  return {
    view: (name) => {
      const machine = machineCache.get(name);
      const found = nodesOf(nodeCache, name, machine);
      const podsOfNodes = found
        .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
        .map(({ metadata }) => [metadata.name, podCache.byIndex(indexes.node, metadata.name).map(drained)] as const);
      return { ...(machine !== undefined && { machine }), nodes: found, pods: new Map(podsOfNodes) };
    },
    getMachine: async (name, signal) =>
      parsed(machines, await kubernetes.get({ type: machines, key: { name } }, signal)),
    getNode: async (name, signal) => parsed(nodes, await kubernetes.get({ type: nodes, key: { name } }, signal)),
    patchMachine: async (name, patch, signal) => {
      machineCache.observe(await patched(kubernetes, { type: machines, key: { name }, body: { ...patch } }, signal));
    },
    patchMachineStatus: async (name, { status, uid }, signal) => {
      const known = machineCache.get(name);
      // What was decided from an older version may not be true any more by the time it arrives.
      const resourceVersion = known?.metadata.resourceVersion;
      const body = { metadata: { uid, resourceVersion }, status: replacement(known?.status, status) };
      machineCache.observe(
        await patched(kubernetes, { type: machines, key: { name }, body, subresource: 'status' }, signal),
      );
    },
    deleteMachine: async ({ metadata: { name, resourceVersion, uid } }, signal) => {
      await kubernetes.delete({ type: machines, key: { name }, preconditions: { uid, resourceVersion } }, signal);
    },
    patchNode: async (name, patch, signal) => {
      nodeCache.observe(await patched(kubernetes, { type: nodes, key: { name }, body: { ...patch } }, signal));
    },
    deleteNode: async (name, uid, signal) => {
      await kubernetes.delete({ type: nodes, key: { name }, preconditions: { uid } }, signal);
    },
    evictPod: async (pod, signal) => {
      try {
        await kubernetes.createSubresource(evictionOf(pod), signal);
        evictions.forget(pod.uid);
      } catch (error) {
        if (isApiError(error, 'TooManyRequests')) {
          evictions.refused(pod.uid, clock.now());
        } else if (!isApiError(error, 'NotFound', 'Conflict')) {
          throw error;
        }
      }
    },
    warn: ({ name, uid }, reason, message) => {
      events.record({ regarding: { ...MACHINE, name, uid }, type: 'Warning', reason, message, action: 'Provision' });
    },
  };
}

/** By pool and owner, and by the provider ID that the claim has taken. */
function nodesOf(cache: Cache<Node>, name: string, machine: Machine | undefined): readonly Node[] {
  const providerId = machine?.status?.providerID;
  const found = [
    ...cache.byIndex(indexes.claim, name),
    ...(providerId === undefined ? [] : cache.byIndex(indexes.providerId, providerId)),
  ];
  return [...new Map(found.map((node) => [keyOf(node), node])).values()];
}

type Amounts = NonNullable<MachineStatus['capacity']>;

/** The status as a merge patch that leaves nothing behind of the amounts that were there before. */
function replacement(before: MachineStatus = {}, after: MachineStatus): object {
  const { allocatable, capacity } = after;
  return {
    ...after,
    ...(capacity !== undefined && { capacity: { ...emptied(before.capacity), ...capacity } }),
    ...(allocatable !== undefined && { allocatable: { ...emptied(before.allocatable), ...allocatable } }),
  };
}

function emptied(amounts: Amounts = {}): Readonly<Record<string, null>> {
  return Object.fromEntries(Object.keys(amounts).map((resource) => [resource, null]));
}

interface PodReference {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Refused when the pod of this name is another one by then. */
function evictionOf({ name, namespace, uid }: PodReference): CreateSubresourceRequest {
  return {
    type: pods,
    key: { name, namespace },
    subresource: 'eviction',
    manifest: {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name, namespace },
      deleteOptions: { preconditions: { uid } },
    },
  };
}

/** An object that is gone has changed like any other: the reconcile looks again, quietly. */
async function patched(
  kubernetes: Kubernetes,
  request: Omit<PatchRequest, 'fieldManager'>,
  signal: AbortSignal,
): Promise<KubernetesObject> {
  try {
    return await kubernetes.patch({ ...request, fieldManager: fieldManagers.gpuProvisioner }, signal);
  } catch (error) {
    throw isApiError(error, 'NotFound') ? new ApiError('Conflict', error.message, { cause: error }) : error;
  }
}

/** Throws for what the schema cannot read: it is there, and must not be taken for absent. */
function parsed<T>(kind: WatchedKind<T>, raw: KubernetesObject | undefined): T | undefined {
  if (raw === undefined) {
    return undefined;
  }
  const result = kind.schema.safeParse(raw);
  if (!result.success) {
    throw result.error;
  }
  return result.data;
}
