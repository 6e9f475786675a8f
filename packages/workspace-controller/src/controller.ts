import { controller, keyOf, keysOfChange } from '@kaito/controller-runtime';
import type { Change, Controller, ControllerOptions, HasMetadata } from '@kaito/controller-runtime';
import { labels } from '@kaito/types';
import type { Machine, Node, NodeClaim, NodePool, Pod } from '@kaito/types';

import { gpusOf, isNodeReady } from './core/nodes/nodes.ts';
import { ownerOfHeadless } from './core/workload/headless-service.ts';
import type { Informers } from './informers.ts';
import { podWorkspaceKeys, workspaceKeys } from './keys.ts';

type Options = Omit<ControllerOptions, 'name' | 'kind'>;

/** What is watched, and which Workspaces a change concerns. */
export function workspaceController(informers: Informers, options: Options): Controller {
  const workspaces = controller({ ...options, name: 'workspace', kind: 'Workspace' });
  workspaces.watch(informers.workspaces, keysOfChange);
  workspaces.watch(informers.machines, keysOfLabelled);
  workspaces.watch(informers.nodeClaims, keysOfLabelled);
  workspaces.watch(informers.nodePools, keysOfLabelled);
  workspaces.watch(informers.nodes, (change) => keysOfNode(change, informers));
  workspaces.watch(informers.pods, keysOfPod);
  for (const owned of [informers.deployments, informers.statefulSets, informers.services]) {
    owned.onChange((change) => {
      for (const key of keysOfOwner(change, informers)) {
        workspaces.enqueue(key);
      }
    });
  }
  for (const optional of [informers.machines, informers.nodeClaims, informers.nodePools]) {
    optional.onServed(() => {
      for (const workspace of informers.workspaces.cache.list()) {
        workspaces.enqueue(keyOf(workspace));
      }
    });
  }
  return workspaces;
}

function keysOfLabelled({ before, after }: Change<Machine | NodeClaim | NodePool>): readonly string[] {
  return [before, after].flatMap((object) => (object === undefined ? [] : workspaceKeys(object)));
}

function keysOfPod({ before, after }: Change<Pod>): readonly string[] {
  return [before, after].flatMap((pod) => (pod === undefined ? [] : podWorkspaceKeys(pod)));
}

/** What a Workspace owns has its name, but for the headless Service, whose name says what it is. */
function keysOfOwner(change: Change<HasMetadata>, { workspaces }: Informers): readonly string[] {
  return keysOfChange(change)
    .flatMap((key) => [key, ownerOfHeadless(key)])
    .filter((key) => workspaces.cache.get(key) !== undefined);
}

/** Whoever has the node, wants it, or could take it; nobody when only its heartbeat moved. */
function keysOfNode({ before, after }: Change<Node>, informers: Informers): readonly string[] {
  if (before !== undefined && after !== undefined && factsOf(before) === factsOf(after)) {
    return [];
  }
  return [before, after].flatMap((node) => (node === undefined ? [] : interestedIn(node, informers)));
}

function interestedIn(node: Node, { workspaces, machines, nodeClaims }: Informers): readonly string[] {
  const { name, labels: own = {} } = node.metadata;
  const type = own[labels.instanceType];
  const isFree = type !== undefined && workspaceKeys(node).length === 0;
  return [
    ...workspaceKeys(node),
    ...machines.cache.byIndex('node', name).flatMap(workspaceKeys),
    ...nodeClaims.cache.byIndex('node', name).flatMap(workspaceKeys),
    ...workspaces.cache.byIndex('node', name).map(keyOf),
    ...(isFree ? workspaces.cache.byIndex('instanceType', type.toLowerCase()).map(keyOf) : []),
  ];
}

/** Everything about a node that a decision depends on. */
function factsOf(node: Node): string {
  const { labels: own = {}, deletionTimestamp } = node.metadata;
  return JSON.stringify([own, deletionTimestamp, node.spec.unschedulable, isNodeReady(node), gpusOf(node)]);
}
