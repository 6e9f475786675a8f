import { isApiError, parseKey } from '@kaito/controller-runtime';
import type {
  Cache,
  EventRecorder,
  HasMetadata,
  Kubernetes,
  KubernetesObject,
  Manifest,
  ResourceType,
} from '@kaito/controller-runtime';
import { deployments, fieldManagers, nodePools, nodes, pods, services, statefulSets, workspaces } from '@kaito/types';
import type { Workspace, WorkspaceStatus } from '@kaito/types';

import type { DeletedKind, WorkloadKind } from '../core/actions.ts';
import { isPooled } from '../core/claims/claim.ts';
import type { OrderKind } from '../core/claims/claim.ts';
import type { World } from '../core/ports.ts';
import type { Caches } from '../informers.ts';
import { cachedClaims, createOnce, ORDER_TYPES } from './claims.ts';
import { LastLooks } from './last-looks.ts';
import { observe } from './observe.ts';
import type { Sources } from './observe.ts';
import { PendingReservations } from './pending-reservations.ts';
import { Released } from './released.ts';

export interface WorldOptions extends Sources {
  readonly events: EventRecorder;
}

const fieldManager = fieldManagers.workspaceController;

const TYPES: Readonly<Record<DeletedKind, ResourceType>> = {
  ...ORDER_TYPES,
  Deployment: deployments,
  StatefulSet: statefulSets,
  Service: services,
  Pod: pods,
};

/** Reads from the caches, writes to the API server, and lets the caches see at once what was written. */
export function kubernetesWorld({ events, ...sources }: WorldOptions): World {
  const { caches, kubernetes } = sources;
  const looking = { ...sources, lastLooks: new LastLooks(sources) };
  const pending = new PendingReservations(caches.workspaces);
  const written = writtenCaches(caches);
  const released = new Released(caches.workspaces);
  return {
    observe: async (key, signal) => (released.has(key) ? undefined : observe(key, looking, signal)),

    orphans: async (key, signal) => {
      const claims = cachedClaims(key, caches)
        .filter((claim) => !isPooled(claim))
        .map(({ api, metadata }) => ({ target: api, metadata }));
      const pools = caches.nodePools.byIndex('workspace', key);
      const orphans = [...claims, ...pools.map(({ metadata }) => ({ target: 'NodePool' as const, metadata }))];
      return orphans.length === 0 || (await hasWorkspace(kubernetes, key, signal)) ? [] : orphans;
    },

    setFinalizers: async ({ metadata }, list, signal) => {
      const body = { metadata: { resourceVersion: metadata.resourceVersion, finalizers: list } };
      const answer = kubernetes.patch({ type: workspaces, key: metadata, body, fieldManager }, signal);
      await observedUnlessGone(caches.workspaces, answer);
      released.note(metadata, list);
    },

    createClaim: async (workspace, api, manifest, signal) => {
      written[api].observe(await createOnce(kubernetes, { workspace, api, manifest }, signal));
    },

    scalePool: async ({ name, uid }, replicas, signal) => {
      const body = { metadata: { uid }, spec: { replicas } };
      const answer = kubernetes.patch({ type: nodePools, key: { name }, body, fieldManager }, signal);
      await observedUnlessGone(caches.nodePools, answer);
    },

    apply: async (target, manifest, signal) => {
      const request = { type: TYPES[target], manifest, fieldManager, isForced: true };
      written[target].observe(await kubernetes.apply(request, signal));
    },

    labelNode: async ({ name, uid, labels, resourceVersion }, signal) => {
      const body = { metadata: { uid, labels, ...(resourceVersion !== undefined && { resourceVersion }) } };
      const answer = kubernetes.patch({ type: nodes, key: { name }, body, fieldManager }, signal);
      await observedUnlessGone(caches.nodes, answer);
    },

    delete: async (target, { name, namespace, uid }, signal) => {
      const type = TYPES[target];
      const key = type.isNamespaced ? { name, namespace } : { name };
      await kubernetes.delete({ type, key, preconditions: { uid }, propagationPolicy: 'Background' }, signal);
    },

    notify: ({ metadata: { name, namespace, uid } }, notice) => {
      events.record({ ...notice, regarding: { ...WORKSPACE, name, namespace, uid } });
    },

    writeStatus: async (workspace, { status, reserves = [] }, signal) => {
      await pending.during(workspace, reserves, async () => {
        await observedUnlessGone(caches.workspaces, applyStatus(kubernetes, { workspace, status }, signal));
      });
    },
  };
}

type WrittenCache = Pick<Cache<HasMetadata>, 'observe'>;

/** Where the answers of writes go, by what was written. */
function writtenCaches(caches: Caches): Readonly<Record<WorkloadKind | OrderKind, WrittenCache>> {
  return {
    Machine: caches.machines,
    NodeClaim: caches.nodeClaims,
    NodePool: caches.nodePools,
    Deployment: caches.deployments,
    StatefulSet: caches.statefulSets,
    Service: caches.services,
  };
}

const WORKSPACE = { apiVersion: `${workspaces.group}/${workspaces.version}`, kind: workspaces.kind };

async function applyStatus(
  kubernetes: Kubernetes,
  { workspace, status }: { readonly workspace: Workspace; readonly status: WorkspaceStatus },
  signal: AbortSignal,
): Promise<KubernetesObject> {
  const { name, namespace, uid, resourceVersion } = workspace.metadata;
  // What was decided from an older version may not be true any more by the time it arrives.
  const metadata = { name, ...inNamespace(namespace), uid, resourceVersion };
  const manifest: Manifest = { ...WORKSPACE, metadata, status };
  return kubernetes.apply({ type: workspaces, manifest, fieldManager, isForced: true, subresource: 'status' }, signal);
}

function inNamespace(namespace: string | undefined): { readonly namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}

/** A list and not a get: when the kind itself is not served, that is an error, and proves nothing. */
async function hasWorkspace(kubernetes: Kubernetes, key: string, signal: AbortSignal): Promise<boolean> {
  const { name, namespace = '' } = parseKey(key);
  const fieldSelector = `metadata.name=${name}`;
  const { items } = await kubernetes.list({ type: workspaces, namespace, fieldSelector }, signal);
  return items.length > 0;
}

async function observedUnlessGone(cache: WrittenCache, answer: Promise<KubernetesObject>): Promise<void> {
  try {
    cache.observe(await answer);
  } catch (error) {
    if (!isApiError(error, 'NotFound')) {
      throw error;
    }
  }
}
