import { ApiError, isApiError, keyOf } from '@kaito/controller-runtime';
import type {
  Cache,
  Clock,
  EventRecorder,
  Kubernetes,
  KubernetesObject,
  Metrics,
  PatchRequest,
} from '@kaito/controller-runtime';
import { fieldManagers, nodes } from '@kaito/types';
import type { Machine, Node, NodeClaim, Pod } from '@kaito/types';

import type { Claim, ClaimRef, ClaimStatus } from '../core/claim/claim.ts';
import type { DrainedPod } from '../core/deletion/drained-pods.ts';
import { Evictions } from '../core/deletion/evictions.ts';
import { frontEndOf } from '../core/front-ends/index.ts';
import { fleetOf, NO_FLEET } from '../core/nodes/fleet.ts';
import { isReady } from '../core/nodes/node-match.ts';
import type { Cluster } from '../core/ports.ts';
import { indexes } from '../keys.ts';
import { machineSource, nodeClaimSource } from './claim-source.ts';
import type { ClaimSource } from './claim-source.ts';
import { parsed } from './parsed.ts';
import { podWrites } from './pod-writes.ts';

export interface KubernetesClusterOptions {
  readonly kubernetes: Kubernetes;
  readonly caches: {
    readonly machines: Cache<Machine>;
    readonly nodeClaims: Cache<NodeClaim>;
    /** With the indexes `claim` and `providerId`. */
    readonly nodes: Cache<Node>;
    /** With the index `node`. */
    readonly pods: Cache<Pod>;
  };
  readonly events: EventRecorder;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** The uid of the namespace kube-system, which stands for the cluster. */
  readonly clusterId: string;
}

/** The cluster through its API: reads from caches, except where a read past them is asked for. */
export function kubernetesCluster(options: KubernetesClusterOptions): Cluster {
  const { caches, kubernetes } = options;
  const evictions = new Evictions();
  const sources = [machineSource(kubernetes, caches.machines), nodeClaimSource(kubernetes, caches.nodeClaims)] as const;
  const drained = (pod: Pod): DrainedPod => ({ pod, ...evictions.get(pod.metadata.uid) });
  return {
    view: (name) => {
      const claims = sources.flatMap((source) => source.served(name) ?? []).toSorted(olderFirst);
      const found = nodesOf(caches.nodes, name, claims);
      const podsOfNodes = found
        .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
        .map(({ metadata }) => [metadata.name, caches.pods.byIndex(indexes.node, metadata.name).map(drained)] as const);
      const fleet = found.every(isReady) ? NO_FLEET : fleetOf(ownNodes(caches.nodes, sources));
      return { claims, nodes: found, pods: new Map(podsOfNodes), fleet };
    },
    claims: () => allOf(sources),
    getClaims: async (name, signal) => {
      const read = await Promise.all(sources.map(async (source) => source.read(name, signal)));
      return read.filter((claim) => claim !== undefined);
    },
    getNode: async (name, signal) => parsed(nodes, await kubernetes.get({ type: nodes, key: { name } }, signal)),
    patchClaim: async ({ api, name }, patch, signal) => {
      const source = sourceOf(sources, api);
      const { kind: type } = source;
      source.observe(await patched(kubernetes, { type, key: { name }, body: { ...patch } }, signal));
    },
    patchClaimStatus: async ({ api, name, uid }, status, signal) => {
      const source = sourceOf(sources, api);
      const { kind: type } = source;
      const known = source.served(name);
      // What was decided from an older version may not be true any more by the time it arrives.
      const body = {
        metadata: { uid, resourceVersion: known?.resourceVersion },
        status: replacement(known?.status, status),
      };
      source.observe(await patched(kubernetes, { type, key: { name }, body, subresource: 'status' }, signal));
    },
    deleteClaim: async ({ api, name, resourceVersion, uid }, signal) => {
      const { kind: type } = sourceOf(sources, api);
      await kubernetes.delete({ type, key: { name }, preconditions: { uid, resourceVersion } }, signal);
    },
    patchNode: async (name, patch, signal) => {
      caches.nodes.observe(await patched(kubernetes, { type: nodes, key: { name }, body: { ...patch } }, signal));
    },
    deleteNode: async (name, uid, signal) => {
      await kubernetes.delete({ type: nodes, key: { name }, preconditions: { uid } }, signal);
    },
    ...podWrites({ ...options, evictions }),
    ...warnings(options),
  };
}

function warnings({ clusterId, events }: KubernetesClusterOptions): Pick<Cluster, 'warn' | 'warnOfCluster'> {
  const system = { apiVersion: 'v1', kind: 'Namespace', name: 'kube-system', uid: clusterId };
  return {
    warn: (claim, reason, message) => {
      events.record({ regarding: regarding(claim), type: 'Warning', reason, message, action: 'Provision' });
    },
    warnOfCluster: (reason, message) => {
      events.record({ regarding: system, type: 'Warning', reason, message, action: 'Collect' });
    },
  };
}

function allOf(sources: readonly ClaimSource[]): readonly Claim[] | undefined {
  const all = sources.map((source) => source.all());
  return all.includes(undefined) ? undefined : all.flatMap((claims) => claims ?? []);
}

function sourceOf(sources: readonly ClaimSource[], api: ClaimRef['api']): ClaimSource {
  const found = sources.find((source) => source.api === api);
  if (found === undefined) {
    throw new TypeError(`no source of claims of ${api}`);
  }
  return found;
}

function regarding(claim: ClaimRef): { apiVersion: string; kind: string; name: string; uid: string } {
  return { apiVersion: frontEndOf(claim).apiVersion, kind: claim.api, name: claim.name, uid: claim.uid };
}

function olderFirst(a: Claim, b: Claim): number {
  return a.createdAt.getTime() - b.createdAt.getTime();
}

/** By pool and owner, and by the provider IDs that the claims have taken. */
function nodesOf(cache: Cache<Node>, name: string, claims: readonly Claim[]): readonly Node[] {
  const found = [
    ...cache.byIndex(indexes.claim, name),
    ...claims.flatMap(({ status: { providerID = '' } }) => cache.byIndex(indexes.providerId, providerID)),
  ];
  return [...new Map(found.map((node) => [keyOf(node), node])).values()];
}

/** Of all claims that are ours to serve. */
function ownNodes(
  cache: Cache<Node>,
  sources: readonly ClaimSource[],
): readonly { readonly claim: string; readonly node: Node }[] {
  return cache
    .list()
    .flatMap((node) =>
      (node.metadata.ownerReferences ?? [])
        .filter(({ kind, name, uid }) =>
          sources.some((source) => source.api === kind && source.servedUid(name) === uid),
        )
        .map(({ name }) => ({ claim: name, node })),
    );
}

type Amounts = NonNullable<ClaimStatus['capacity']>;

/** The status as a merge patch that leaves nothing behind of the amounts that were there before. */
function replacement(before: ClaimStatus = {}, after: ClaimStatus): object {
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
