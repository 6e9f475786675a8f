import { labels } from '@kaito/types';
import type { Machine, Node, Pod, Workspace } from '@kaito/types';

/** By what the caches are asked; every value is one that an event about another object brings along. */
export const workspaceIndexes = {
  /** Lower case. */
  instanceType: ({ resource }: Workspace): readonly string[] =>
    resource?.instanceType === undefined ? [] : [resource.instanceType.toLowerCase()],
  /** Names of the nodes that it has or would like. */
  node: ({ resource, status }: Workspace): readonly string[] => [
    ...new Set([...(resource?.preferredNodes ?? []), ...(status?.workerNodes ?? [])]),
  ],
};

export const machineIndexes = {
  /** The key of the Workspace it was made for. */
  workspace: workspaceKeys,
  node: ({ status }: Machine): readonly string[] => (status?.nodeName === undefined ? [] : [status.nodeName]),
};

export const nodeIndexes = {
  workspace: workspaceKeys,
  /** Of nodes that were made for no Workspace: the size, lower case. */
  freeOfType: ({ metadata }: Node): readonly string[] => {
    const type = metadata.labels?.[labels.instanceType];
    return type === undefined || metadata.labels?.[labels.workspace] !== undefined ? [] : [type.toLowerCase()];
  },
};

export const podIndexes = {
  workspace: podWorkspaceKeys,
};

/** The Workspace that the two labels on a claim or node name. */
export function workspaceKeys({ metadata }: Machine | Node): readonly string[] {
  const name = metadata.labels?.[labels.workspace];
  const namespace = metadata.labels?.[labels.workspaceNamespace];
  return name === undefined || namespace === undefined ? [] : [`${namespace}/${name}`];
}

export function podWorkspaceKeys({ metadata: { namespace, labels: own } }: Pod): readonly string[] {
  const name = own?.[labels.workspace];
  return name === undefined || namespace === undefined ? [] : [`${namespace}/${name}`];
}
