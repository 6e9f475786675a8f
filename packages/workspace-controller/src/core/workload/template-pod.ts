import type { Labels } from '../actions.ts';
import type { PodTemplate, UserTerm } from '../spec/template.ts';
import { GPU_TOLERATIONS, requiring } from './scheduling.ts';
import type { NodeSelectorTerm } from './scheduling.ts';

/** The user's pod, bound to the nodes of this Workspace; whatever else he asks of nodes still holds. */
export function templatePod(
  { metadata = {}, spec, ...rest }: PodTemplate,
  labels: Labels,
  terms: readonly NodeSelectorTerm[],
): object {
  const { affinity = {}, tolerations = [] } = spec;
  const { nodeAffinity: theirs = {} } = affinity;
  const required = theirs.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return {
    ...rest,
    metadata: { ...metadata, labels: { ...metadata.labels, ...labels } },
    spec: {
      ...spec,
      affinity: {
        ...affinity,
        nodeAffinity: { ...theirs, ...requiring(both(required, terms)) },
      },
      tolerations: [...tolerations, ...GPU_TOLERATIONS],
    },
  };
}

/** Terms are alternatives, so meeting both lists means meeting one of each. */
function both(theirs: readonly UserTerm[], ours: readonly NodeSelectorTerm[]): readonly object[] {
  if (theirs.length === 0) {
    return ours;
  }
  return theirs.flatMap((term) =>
    ours.map(({ matchExpressions }) => ({
      ...term,
      matchExpressions: [...(term.matchExpressions ?? []), ...matchExpressions],
    })),
  );
}
