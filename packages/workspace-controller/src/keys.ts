import { labels } from '@kaito/types';
import type { Machine, Node, NodeClaim, NodePool, Pod, Workspace } from '@kaito/types';

/** By what the caches are asked; every value is one that an event about another object brings along. */
export const workspaceIndexes = {
  /** Lower case. */
  instanceType: ({ resource }: Workspace): readonly string[] =>
    resource?.instanceType === undefined ? [] : [resource.instanceType.toLowerCase()],
  /** Names of the nodes that it has or would like. */
  node: ({ resource, status }: Workspace): readonly string[] => [
    ...new Set([...(resource?.preferredNodes ?? []), ...(status?.workerNodes ?? [])]),
  ],
  /** Names of the nodes that it counts on. */
  workerNode: ({ status }: Workspace): readonly string[] => status?.workerNodes ?? [],
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
  /** Of nodes that were made for no Workspace: the size, lower case. */
  freeOfType: (node: Node): readonly string[] => {
    const type = node.metadata.labels?.[labels.instanceType];
    return type === undefined || workspaceKeys(node).length > 0 ? [] : [type.toLowerCase()];
  },
};

export const podIndexes = {
  workspace: podWorkspaceKeys,
};

/** The Workspace that two labels name: ours on claims and nodes, Karpenter's on what comes of a NodePool. */
export function workspaceKeys({ metadata }: Machine | Node | NodeClaim | NodePool): readonly string[] {
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
