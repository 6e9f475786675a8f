import type { Workspace } from '@kaito/types';

import type { Spec } from '../spec/spec.ts';
import { ownPodSpec } from './own-pod.ts';
import { podLabels } from './owned.ts';
import { releasedPodSpec } from './released-pod.ts';
import { GPU_TOLERATIONS, nodeSelectorTerms, requiring } from './scheduling.ts';
import { templatePod } from './template-pod.ts';

/** What each pod is made from, whoever makes it. */
export function podTemplate(workspace: Workspace, { resource, workload }: Spec, gpus: number): object {
  const terms = nodeSelectorTerms(workspace, resource.nodeLabels);
  if (workload.kind === 'template') {
    return templatePod(workload.template, podLabels(workspace), terms);
  }
  const scheduling = { affinity: { nodeAffinity: requiring(terms) }, tolerations: GPU_TOLERATIONS };
  return {
    metadata: { labels: podLabels(workspace) },
    spec: {
      ...scheduling,
      ...(workload.kind === 'own'
        ? ownPodSpec(workload, workspace.metadata.name, gpus)
        : releasedPodSpec(workload, workspace.metadata, { gpus, count: resource.count })),
    },
  };
}
