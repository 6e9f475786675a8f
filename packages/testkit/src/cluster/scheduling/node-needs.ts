import type { KubernetesObject } from '@kaito/controller-runtime';

import type { NodeRequirement, NodeTerm, PodNeeds } from '../pod-spec.ts';

/** Whether the node has the labels that the pod selects. */
export function isChosenByLabels(node: KubernetesObject, { nodeSelector, nodeTerms }: PodNeeds): boolean {
  const labels = node.metadata.labels ?? {};
  return (
    Object.entries(nodeSelector).every(([key, value]) => labels[key] === value) &&
    (nodeTerms?.some((term) => isFulfilled(term, node)) ?? true)
  );
}

/** A term that says nothing is fulfilled by no node. */
function isFulfilled({ matchExpressions, matchFields }: NodeTerm, { metadata }: KubernetesObject): boolean {
  return (
    matchExpressions.length + matchFields.length > 0 &&
    matchExpressions.every((requirement) => isMet(requirement, metadata.labels?.[requirement.key])) &&
    matchFields.every((requirement) => isMet(requirement, metadata.name))
  );
}

function isMet({ operator, values }: NodeRequirement, value: string | undefined): boolean {
  const [bound] = values;
  switch (operator) {
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'DoesNotExist':
      return value === undefined;
    default:
      return value !== undefined && isMetByValue(operator, values, { value, bound: Number(bound) });
  }
}

function isMetByValue(
  operator: string,
  values: readonly string[],
  { bound, value }: { readonly value: string; readonly bound: number },
): boolean {
  switch (operator) {
    case 'In':
      return values.includes(value);
    case 'Exists':
      return true;
    case 'Gt':
      return Number(value) > bound;
    case 'Lt':
      return Number(value) < bound;
    default:
      return false;
  }
}
