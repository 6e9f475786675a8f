import type { Workload } from '../spec/inference.ts';
import type { Spec } from '../spec/spec.ts';

/** What keeps the pods: several of them have names that stay, and so does one that others are to find. */
export function keeperOf({ resource, workload }: Spec): 'Deployment' | 'StatefulSet' {
  return resource.count > 1 || isDistributed(workload) ? 'StatefulSet' : 'Deployment';
}

/** Whether the pods are members of one group, which starts again as one; pods of a template are each for itself. */
export function isGroup({ resource, workload }: Spec): boolean {
  return resource.count > 1 && workload.kind !== 'template';
}

/** Whether one model is spread over the pods, so that only the first of them answers. */
export function isDistributed(workload: Workload): boolean {
  return workload.kind === 'released' && workload.release.isDistributed;
}
