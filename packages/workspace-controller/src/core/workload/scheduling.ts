import { labels, taints } from '@kaito/types';
import type { NodeSelectorRequirement, Workspace } from '@kaito/types';

import type { Labels } from '../actions.ts';

export interface NodeSelectorTerm {
  readonly matchExpressions: readonly NodeSelectorRequirement[];
}

/**
 * The nodes that a pod may run on, as alternatives: those made for this Workspace and those made for nobody, with
 * the labels it asks for. A pod without this would take the node that another Workspace is waiting for.
 */
export function nodeSelectorTerms({ metadata }: Workspace, nodeLabels: Labels): readonly NodeSelectorTerm[] {
  const wanted = Object.entries(nodeLabels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ({ key, operator: 'In', values: [value] }));
  const own = { [labels.workspace]: metadata.name, [labels.workspaceNamespace]: metadata.namespace ?? '' };
  const isOwn = Object.entries(own).map(([key, value]) => ({ key, operator: 'In', values: [value] }));
  const isFree = [{ key: labels.workspace, operator: 'DoesNotExist' }];
  return [{ matchExpressions: [...wanted, ...isOwn] }, { matchExpressions: [...wanted, ...isFree] }];
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
