import { keyOf } from '@kaito/controller-runtime';
import type { Clock, Kubernetes } from '@kaito/controller-runtime';
import { finalizers, labels, Pod, pods } from '@kaito/types';
import type { Node, Workspace } from '@kaito/types';

import type { Claim } from '../core/claims/claim.ts';
import { nodeSourceOf } from '../core/claims/node-source.ts';
import type { NodeProvisioning } from '../core/claims/node-source.ts';
import { isLeaving } from '../core/leaving.ts';
import type { Observed } from '../core/observed.ts';
import { headlessName } from '../core/workload/headless-service.ts';
import { isGroupBroken } from '../core/workload/plan-stateful-set.ts';
import { servedBy } from '../informers.ts';
import type { Caches } from '../informers.ts';
import { nodesFor } from '../seeking.ts';
import { cachedClaims, foreignClaimNames, listAll } from './claims.ts';
import { holdingsOf } from './holdings.ts';
import type { LastLooks } from './last-looks.ts';
import { recordedRefusal } from './refusals.ts';
import { rivalsOf } from './rivals.ts';

export interface Sources {
  readonly kubernetes: Kubernetes;
  readonly caches: Caches;
  readonly clock: Clock;
  /** How configuration says that nodes are come by. */
  readonly provisioning: NodeProvisioning;
}

interface Looking extends Sources {
  readonly lastLooks: LastLooks;
}

interface Seeing {
  readonly caches: Caches;
  readonly isByo: boolean;
}

/** Reads what one reconcile decides from; undefined when the Workspace is gone. */
export async function observe(key: string, sources: Looking, signal: AbortSignal): Promise<Observed | undefined> {
  const { caches, clock, provisioning } = sources;
  const workspace = caches.workspaces.get(key);
  if (workspace === undefined) {
    return undefined;
  }
  const claims = await claimsOf(workspace, sources, signal);
  const [nodePool] = caches.nodePools.byIndex('workspace', key);
  const supply = { claims, nodePool, served: servedBy(caches) };
  const isByo = nodeSourceOf(supply, provisioning).kind === 'byo';
  const nodes = nodesOf(workspace, claims, { caches, isByo });
  const seen = {
    workspace,
    ...supply,
    foreignClaimNames: foreignClaimNames(workspace, caches),
    recordedRefusal: await recordedRefusal(workspace, claims, sources.kubernetes, signal),
    nodes,
    holdings: holdingsOf(nodes, workspace, caches),
    rivals: isByo ? rivalsOf(workspace, caches) : [],
    deployment: caches.deployments.get(key),
    statefulSet: caches.statefulSets.get(key),
    service: caches.services.get(key),
    headlessService: caches.services.get(headlessName(key)),
    now: clock.now(),
  };
  const found = await podsOf(seen, sources, signal);
  return { ...seen, pods: found, goneNodes: goneNodesOf(found, caches.nodes) };
}

function goneNodesOf(found: readonly Pod[], nodes: Caches['nodes']): readonly string[] {
  const names = found.flatMap(({ spec }) => spec.nodeName ?? []);
  return names.filter((name) => nodes.get(name) === undefined);
}

/** A cache that lags would have a group start again that is well, so a loss is looked at in the API server itself. */
async function podsOf(
  seen: Pick<Observed, 'workspace' | 'statefulSet' | 'now'>,
  { caches, kubernetes }: Sources,
  signal: AbortSignal,
): Promise<readonly Pod[]> {
  const cached = caches.pods.byIndex('workspace', keyOf(seen.workspace));
  if (!isGroupBroken({ ...seen, pods: cached })) {
    return cached;
  }
  const { name, namespace = '' } = seen.workspace.metadata;
  const labelSelector = `${labels.workspace}=${name}`;
  const found = await listAll(kubernetes, { type: pods, labelSelector, namespace }, signal);
  return found.map((pod) => Pod.parse(pod));
}

/** A claim that the cache does not show yet would outlive its Workspace, so the last look is at the API server. */
async function claimsOf(workspace: Workspace, sources: Looking, signal: AbortSignal): Promise<readonly Claim[]> {
  const cached = cachedClaims(keyOf(workspace), sources.caches);
  const isLastLook =
    isLeaving(workspace) &&
    cached.length === 0 &&
    workspace.metadata.finalizers?.includes(finalizers.workspace) === true;
  return isLastLook ? sources.lastLooks.claimsOf(workspace, signal) : cached;
}

/** With those that were made for it, and those that its claims have brought. */
function nodesOf(workspace: Workspace, claims: readonly Claim[], { caches, isByo }: Seeing): readonly Node[] {
  const brought = claims.map(({ status }) =>
    status?.nodeName === undefined ? undefined : caches.nodes.get(status.nodeName),
  );
  const found = [
    ...caches.nodes.byIndex('workspace', keyOf(workspace)),
    ...brought.filter((node) => node !== undefined),
    ...nodesFor(workspace, isByo, caches.nodes),
  ];
  // In one order, whatever order the indexes have: what is told of them must not change by itself.
  return [...new Map(found.map((node) => [node.metadata.name, node])).values()].toSorted(byName);
}

function byName(a: Node, b: Node): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
