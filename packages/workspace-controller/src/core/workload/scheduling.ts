import { labels, taints } from '@kaito/types';
import type { NodeSelectorRequirement, Workspace } from '@kaito/types';

import type { Labels } from '../actions.ts';

export interface NodeSelectorTerm {
  readonly matchExpressions: readonly NodeSelectorRequirement[];
}

/**
 * The nodes that a pod may run on, as alternatives: those made for this Workspace and those reserved for it, with the
 * labels it asks for. A pod without this would take the node that another Workspace is waiting for.
 */
export function nodeSelectorTerms({ metadata }: Workspace, nodeLabels: Labels): readonly NodeSelectorTerm[] {
  const wanted = Object.entries(nodeLabels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(isIn);
  const { name, namespace = '', uid } = metadata;
  const alternatives = [
    { [labels.workspace]: name, [labels.workspaceNamespace]: namespace },
    { [labels.poolWorkspace]: name, [labels.poolWorkspaceNamespace]: namespace },
    { [labels.reservedBy]: uid },
  ];
  return alternatives.map((own) => ({ matchExpressions: [...wanted, ...Object.entries(own).map(isIn)] }));
}

function isIn([key, value]: readonly [string, string]): NodeSelectorRequirement {
  return { key, operator: 'In', values: [value] };
}

/** A node affinity that no node outside the terms can satisfy. */
export function requiring(terms: readonly object[]): object {
  return { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } };
}

/** GPU nodes carry these taints so that nothing else runs there. */
export const GPU_TOLERATIONS: readonly object[] = [
  { key: 'nvidia.com/gpu', operator: 'Exists', effect: taints.gpu.effect },
  { key: taints.gpu.key, operator: 'Equal', value: taints.gpu.value, effect: taints.gpu.effect },
];
