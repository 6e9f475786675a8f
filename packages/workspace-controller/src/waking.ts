import { keyOf, keysOfChange } from '@kaito/controller-runtime';
import type { Change } from '@kaito/controller-runtime';
import type { Node, Workspace } from '@kaito/types';

import { nodeSourceOf } from './core/claims/node-source.ts';
import type { NodeProvisioning } from './core/claims/node-source.ts';
import { gpusOf } from './core/nodes/gpus.ts';
import { isNodeReady } from './core/nodes/nodes.ts';
import { markOf } from './core/nodes/reservation.ts';
import { isShort } from './core/nodes/short.ts';
import { servedBy } from './informers.ts';
import type { Informers } from './informers.ts';
import { workspaceKeys } from './keys.ts';
import { seekersOf } from './seeking.ts';

/** Which Workspaces a change of what several of them look at concerns. */
export interface Waking {
  readonly ofNode: (change: Change<Node>) => readonly string[];
  readonly ofWorkspace: (change: Change<Workspace>) => readonly string[];
}

export function wakingBy(informers: Informers, provisioning: NodeProvisioning): Waking {
  const isByo = (): boolean => isBrought(informers, provisioning);
  return {
    ofNode: (change) => keysOfNode(change, informers, isByo()),
    ofWorkspace: (change) => [
      ...keysOfChange(change),
      ...keysOfReservation(change, informers, isByo()),
      ...(isByo() ? keysOfYielding(change, informers) : []),
    ],
  };
}

/** Whether nobody buys nodes for those that have none. */
function isBrought({ machines, nodeClaims, nodePools }: Informers, provisioning: NodeProvisioning): boolean {
  const served = servedBy({ machines: machines.cache, nodeClaims: nodeClaims.cache, nodePools: nodePools.cache });
  return nodeSourceOf({ served, claims: [], nodePool: undefined }, provisioning).kind === 'byo';
}

/** Whoever has the node, wants it, or could take it; nobody when only its heartbeat moved. */
function keysOfNode({ before, after }: Change<Node>, informers: Informers, isByo: boolean): readonly string[] {
  if (before !== undefined && after !== undefined && factsOf(before) === factsOf(after)) {
    return [];
  }
  const nodes = [before, after].filter((node) => node !== undefined);
  return [
    ...nodes.flatMap((node) => holdersOf(node, informers)),
    ...nodes.flatMap((node) => waitersFor(node, informers, isByo)),
  ];
}

function holdersOf(node: Node, { workspaces, machines, nodeClaims }: Informers): readonly string[] {
  const { name } = node.metadata;
  const mark = markOf(node);
  return [
    ...workspaceKeys(node),
    ...machines.cache.byIndex('node', name).flatMap(workspaceKeys),
    ...nodeClaims.cache.byIndex('node', name).flatMap(workspaceKeys),
    ...workspaces.cache.byIndex('workerNode', name).map(keyOf),
    ...(mark === undefined ? [] : workspaces.cache.byIndex('uid', mark.uid).map(keyOf)),
  ];
}

/** With one of them those are asked who may have to give way to him. */
function waitersFor(node: Node, { workspaces }: Informers, isByo: boolean): readonly string[] {
  if (workspaceKeys(node).length > 0) {
    return [];
  }
  const seekers = seekersOf(node, workspaces.cache, isByo);
  const yielding = isByo && seekers.length > 0 ? workspaces.cache.byIndex('isPartlyServed', 'true') : [];
  return [...seekers, ...yielding].map(keyOf);
}

/** Whoever waits for what a Workspace has let go, and whoever counts on what it has taken. */
function keysOfReservation(
  { before, after }: Change<Workspace>,
  informers: Informers,
  isByo: boolean,
): readonly string[] {
  const [had, has] = [workersOf(before), workersOf(after)];
  const taken = has.filter((name) => !had.includes(name));
  const left = had
    .filter((name) => !has.includes(name))
    .map((name) => informers.nodes.cache.get(name))
    .filter((node) => node !== undefined);
  return [
    ...left.flatMap((node) => waitersFor(node, informers, isByo)),
    ...taken.flatMap((name) => informers.workspaces.cache.byIndex('workerNode', name).map(keyOf)),
  ];
}

/** Whoever may have to give way to a Workspace that is short of nodes since this change. */
function keysOfYielding({ before, after }: Change<Workspace>, { workspaces }: Informers): readonly string[] {
  const isFewer = before === undefined || workersOf(after).length < workersOf(before).length;
  return after !== undefined && isFewer && isShort(after)
    ? workspaces.cache.byIndex('isPartlyServed', 'true').map(keyOf)
    : [];
}

function workersOf(workspace: Workspace | undefined): readonly string[] {
  return workspace?.status?.workerNodes ?? [];
}

/** Everything about a node that a decision depends on. */
function factsOf(node: Node): string {
  const { labels: own = {}, deletionTimestamp } = node.metadata;
  const { taints, unschedulable } = node.spec;
  return JSON.stringify([own, deletionTimestamp, unschedulable, taints, isNodeReady(node), gpusOf(node)]);
}
