import { keyOf } from '@kaito/controller-runtime';
import type { Cache, Clock, Kubernetes } from '@kaito/controller-runtime';
import { finalizers } from '@kaito/types';
import type { Node, Workspace } from '@kaito/types';

import type { Claim } from '../core/claims/claim.ts';
import { isLeaving } from '../core/leaving.ts';
import type { Holding } from '../core/nodes/reservation.ts';
import type { Observed } from '../core/observed.ts';
import { headlessName } from '../core/workload/headless-service.ts';
import type { Caches } from '../informers.ts';
import { cachedClaims, foreignClaimNames, listedClaims } from './claims.ts';

export interface Sources {
  readonly kubernetes: Kubernetes;
  readonly caches: Caches;
  readonly clock: Clock;
}

/** Reads what one reconcile decides from; undefined when the Workspace is gone. */
export async function observe(key: string, sources: Sources, signal: AbortSignal): Promise<Observed | undefined> {
  const { caches, clock } = sources;
  const workspace = caches.workspaces.get(key);
  if (workspace === undefined) {
    return undefined;
  }
  const claims = await claimsOf(workspace, sources, signal);
  const nodes = nodesFor(workspace, claims, caches.nodes);
  return {
    workspace,
    claims,
    foreignClaimNames: foreignClaimNames(workspace, caches),
    served: {
      machines: caches.machines.isServed,
      nodeClaims: caches.nodeClaims.isServed,
      nodePools: caches.nodePools.isServed,
    },
    nodePool: caches.nodePools.byIndex('workspace', key)[0],
    nodes,
    holdings: holdingsOf(nodes, workspace, caches.workspaces),
    deployment: caches.deployments.get(key),
    statefulSet: caches.statefulSets.get(key),
    service: caches.services.get(key),
    headlessService: caches.services.get(headlessName(key)),
    pods: caches.pods.byIndex('workspace', key),
    now: clock.now(),
  };
}

/** A claim that the cache does not show yet would outlive its Workspace, so the last look is at the API server. */
async function claimsOf(
  workspace: Workspace,
  { kubernetes, caches }: Sources,
  signal: AbortSignal,
): Promise<readonly Claim[]> {
  const cached = cachedClaims(keyOf(workspace), caches);
  const isLastLook =
    isLeaving(workspace) &&
    cached.length === 0 &&
    workspace.metadata.finalizers?.includes(finalizers.workspace) === true;
  return isLastLook ? listedClaims(workspace, kubernetes, signal) : cached;
}

function nodesFor(workspace: Workspace, claims: readonly Claim[], cache: Cache<Node>): readonly Node[] {
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

function holdingsOf(
  nodes: readonly Node[],
  { metadata: { uid: own } }: Workspace,
  workspaces: Cache<Workspace>,
): ReadonlyMap<string, Holding> {
  const holdings = new Map<string, Holding>();
  for (const { metadata } of nodes) {
    const holder = workspaces.byIndex('workerNode', metadata.name).find((one) => one.metadata.uid !== own);
    if (holder !== undefined) {
      const { uid, creationTimestamp: createdAt } = holder.metadata;
      holdings.set(metadata.name, { workspace: keyOf(holder), uid, createdAt });
    }
  }
  return holdings;
}
