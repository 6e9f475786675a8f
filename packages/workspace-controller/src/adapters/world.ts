import { isApiError, keyOf, parseKey, ReconcileError } from '@kaito/controller-runtime';
import type {
  Cache,
  Clock,
  EventRecorder,
  Kubernetes,
  KubernetesObject,
  Manifest,
  ResourceType,
} from '@kaito/controller-runtime';
import {
  deployments,
  fieldManagers,
  finalizers,
  labels,
  Machine,
  machines,
  nodes,
  services,
  workspaces,
} from '@kaito/types';
import type { Node, Workspace } from '@kaito/types';

import type { WorkloadKind } from '../core/actions.ts';
import { slotName } from '../core/claims/claim-names.ts';
import { isLeaving } from '../core/leaving.ts';
import type { Observed } from '../core/observed.ts';
import type { World } from '../core/ports.ts';
import type { Caches } from '../informers.ts';
import { workspaceKeys } from '../keys.ts';

export interface WorldOptions {
  readonly kubernetes: Kubernetes;
  readonly caches: Caches;
  readonly events: EventRecorder;
  readonly clock: Clock;
}

const fieldManager = fieldManagers.workspaceController;

const TYPES: Readonly<Record<WorkloadKind | 'Machine', ResourceType>> = {
  Deployment: deployments,
  Service: services,
  Machine: machines,
};

const PAGE = 500;

/** Reads from the caches, writes to the API server, and lets the caches see at once what was written. */
export function kubernetesWorld({ kubernetes, caches, events, clock }: WorldOptions): World {
  const written: Readonly<Record<WorkloadKind, (answer: KubernetesObject) => void>> = {
    Deployment: (answer) => caches.deployments.observe(answer),
    Service: (answer) => caches.services.observe(answer),
  };
  return {
    observe: async (key, signal) => observe(key, { kubernetes, caches, clock }, signal),

    orphans: async (key, signal) => {
      const claims = caches.machines.byIndex('workspace', key);
      return claims.length === 0 || (await hasWorkspace(kubernetes, key, signal)) ? [] : claims;
    },

    setFinalizers: async ({ metadata }, list, signal) => {
      const body = { metadata: { resourceVersion: metadata.resourceVersion, finalizers: list } };
      const answer = await kubernetes.patch({ type: workspaces, key: metadata, body, fieldManager }, signal);
      caches.workspaces.observe(answer);
    },

    createMachine: async (workspace, manifest, signal) => {
      caches.machines.observe(await createOnce(kubernetes, workspace, manifest, signal));
    },

    apply: async (target, manifest, signal) => {
      const request = { type: TYPES[target], manifest, fieldManager, isForced: true };
      written[target](await kubernetes.apply(request, signal));
    },

    labelNode: async ({ name, uid }, added, signal) => {
      const body = { metadata: { uid, labels: added } };
      const answer = await unlessGone(kubernetes.patch({ type: nodes, key: { name }, body, fieldManager }, signal));
      if (answer !== undefined) {
        caches.nodes.observe(answer);
      }
    },

    delete: async (target, { name, namespace, uid }, signal) => {
      const key = target === 'Machine' ? { name } : { name, namespace };
      const preconditions = { uid };
      await kubernetes.delete({ type: TYPES[target], key, preconditions, propagationPolicy: 'Background' }, signal);
    },

    notify: ({ metadata: { name, namespace, uid } }, notice) => {
      const { apiVersion, kind } = WORKSPACE;
      events.record({ ...notice, regarding: { apiVersion, kind, name, namespace, uid } });
    },

    writeStatus: async ({ metadata: { name, namespace, uid, resourceVersion } }, status, signal) => {
      // What was decided from an older version may not be true any more by the time it arrives.
      const metadata = { name, ...inNamespace(namespace), uid, resourceVersion };
      const manifest: Manifest = { ...WORKSPACE, metadata, status };
      const request = { type: workspaces, manifest, fieldManager, isForced: true, subresource: 'status' };
      const answer = await unlessGone(kubernetes.apply(request, signal));
      if (answer !== undefined) {
        caches.workspaces.observe(answer);
      }
    },
  };
}

const WORKSPACE = { apiVersion: `${workspaces.group}/${workspaces.version}`, kind: workspaces.kind };

function inNamespace(namespace: string | undefined): { readonly namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}

type Sources = Pick<WorldOptions, 'kubernetes' | 'caches' | 'clock'>;

async function observe(key: string, sources: Sources, signal: AbortSignal): Promise<Observed | undefined> {
  const { caches, clock } = sources;
  const workspace = caches.workspaces.get(key);
  if (workspace === undefined) {
    return undefined;
  }
  const claims = await claimsOf(workspace, sources, signal);
  return {
    workspace,
    machines: claims,
    foreignMachineNames: foreignMachineNames(workspace, caches.machines),
    nodes: nodesFor(workspace, claims, caches.nodes),
    deployment: caches.deployments.get(key),
    service: caches.services.get(key),
    pods: caches.pods.byIndex('workspace', key),
    now: clock.now(),
  };
}

/** A list and not a get: when the kind itself is not served, that is an error, and proves nothing. */
async function hasWorkspace(kubernetes: Kubernetes, key: string, signal: AbortSignal): Promise<boolean> {
  const { name, namespace = '' } = parseKey(key);
  const fieldSelector = `metadata.name=${name}`;
  const { items } = await kubernetes.list({ type: workspaces, namespace, fieldSelector }, signal);
  return items.length > 0;
}

/** A claim that the cache does not show yet would outlive its Workspace, so the last look is at the API server. */
async function claimsOf(
  workspace: Workspace,
  { kubernetes, caches }: Sources,
  signal: AbortSignal,
): Promise<readonly Machine[]> {
  const cached = caches.machines.byIndex('workspace', keyOf(workspace));
  const isLastLook =
    isLeaving(workspace) &&
    cached.length === 0 &&
    workspace.metadata.finalizers?.includes(finalizers.workspace) === true;
  return isLastLook ? listClaims(workspace, kubernetes, signal) : cached;
}

async function listClaims(
  { metadata: { name, namespace = '' } }: Workspace,
  kubernetes: Kubernetes,
  signal: AbortSignal,
): Promise<readonly Machine[]> {
  const labelSelector = `${labels.workspace}=${name},${labels.workspaceNamespace}=${namespace}`;
  const found: Machine[] = [];
  let continueToken: string | undefined;
  do {
    const page = await kubernetes.list(
      { type: machines, labelSelector, limit: PAGE, ...(continueToken === undefined ? {} : { continueToken }) },
      signal,
    );
    found.push(...page.items.map((item) => Machine.parse(item)));
    continueToken = page.continueToken;
  } while (continueToken !== undefined);
  return found;
}

function foreignMachineNames(workspace: Workspace, cache: Cache<Machine>): readonly string[] {
  const names: string[] = [];
  for (let slot = 0; slot < (workspace.resource?.count ?? 1); slot += 1) {
    slotName(workspace.metadata.uid, slot, (name) => {
      const holder = cache.get(name);
      const isForeign = holder !== undefined && !workspaceKeys(holder).includes(keyOf(workspace));
      names.push(...(isForeign ? [name] : []));
      return isForeign;
    });
  }
  return names;
}

function nodesFor(workspace: Workspace, claims: readonly Machine[], cache: Cache<Node>): readonly Node[] {
  const { resource, status } = workspace;
  const named = [
    ...claims.map((claim) => claim.status?.nodeName),
    ...(resource?.preferredNodes ?? []),
    ...(status?.workerNodes ?? []),
  ].map((name) => (name === undefined ? undefined : cache.get(name)));
  const found = [
    ...cache.byIndex('workspace', keyOf(workspace)),
    ...cache.byIndex('freeOfType', (resource?.instanceType ?? '').toLowerCase()),
    ...named.filter((node) => node !== undefined),
  ];
  return [...new Map(found.map((node) => [node.metadata.name, node])).values()];
}

/** A name that is taken by our own claim means that an earlier answer was lost. */
async function createOnce(
  kubernetes: Kubernetes,
  workspace: Workspace,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<KubernetesObject> {
  try {
    return await kubernetes.create({ type: machines, manifest, fieldManager }, signal);
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) {
      throw error;
    }
    const { name = '' } = manifest.metadata;
    const present = await kubernetes.get({ type: machines, key: { name } }, signal);
    if (present !== undefined && workspaceKeys(Machine.parse(present)).includes(keyOf(workspace))) {
      return present;
    }
    throw new ReconcileError('MachineNameTaken', `the machine ${name} belongs to somebody else`, 'retry', {
      cause: error,
    });
  }
}

async function unlessGone(answer: Promise<KubernetesObject>): Promise<KubernetesObject | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isApiError(error, 'NotFound')) {
      return undefined;
    }
    throw error;
  }
}
