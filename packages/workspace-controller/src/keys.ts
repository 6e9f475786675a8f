import { labels } from '@kaito/types';
import type { Machine, Node, NodeClaim, NodePool, Pod, Workspace } from '@kaito/types';

import { markOf } from './core/nodes/reservation.ts';
import { isShort } from './core/nodes/short.ts';
import { possibleTraits, traitsOf } from './core/nodes/traits.ts';

/** By what the caches are asked; every value is one that an event about another object brings along. */
export const workspaceIndexes = {
  uid: ({ metadata }: Workspace): readonly string[] => [metadata.uid],
  /** Names of the nodes that it counts on. */
  workerNode: ({ status }: Workspace): readonly string[] => status?.workerNodes ?? [],
  /** Of one that is short of nodes: one of the traits that a node must have to be of use to it. */
  soughtTrait: (workspace: Workspace): readonly string[] => (isShort(workspace) ? possibleTraits(workspace) : []),
  /** Everyone who has some of his nodes and not all. */
  isPartlyServed: (workspace: Workspace): readonly string[] =>
    isShort(workspace) && (workspace.status?.workerNodes ?? []).length > 0 ? ['true'] : [],
};

export const claimIndexes = {
  /** The key of the Workspace it was made for. */
  workspace: workspaceKeys,
  node: ({ status }: Machine | NodeClaim): readonly string[] =>
    status?.nodeName === undefined ? [] : [status.nodeName],
};

export const nodePoolIndexes = {
  workspace: workspaceKeys,
};

export const nodeIndexes = {
  workspace: workspaceKeys,
  /** Of nodes that were made for no Workspace. */
  trait: (node: Node): readonly string[] => (workspaceKeys(node).length > 0 ? [] : traitsOf(node)),
  /** The uid in its mark. */
  holder: (node: Node): readonly string[] => {
    const mark = markOf(node);
    return mark === undefined ? [] : [mark.uid];
  },
};

export const podIndexes = {
  workspace: podWorkspaceKeys,
};

/** The Workspace that two labels name: ours on claims and nodes, Karpenter's on what comes of a NodePool. */
export function workspaceKeys({
  metadata,
}: Pick<Machine | Node | NodeClaim | NodePool, 'metadata'>): readonly string[] {
  return [
    ...keyIn(metadata.labels, labels.workspace, labels.workspaceNamespace),
    ...keyIn(metadata.labels, labels.poolWorkspace, labels.poolWorkspaceNamespace),
  ].slice(0, 1);
}

export function podWorkspaceKeys({ metadata: { namespace, labels: own } }: Pod): readonly string[] {
  const name = own?.[labels.workspace];
  return name === undefined || namespace === undefined ? [] : [`${namespace}/${name}`];
}

function keyIn(own: Readonly<Record<string, string>> | undefined, name: string, namespace: string): readonly string[] {
  const [named, inNamespace] = [own?.[name], own?.[namespace]];
  return named === undefined || inNamespace === undefined ? [] : [`${inNamespace}/${named}`];
}
