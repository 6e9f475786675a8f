import { labels, quantityValue } from '@kaito/types';
import type { Node, Workspace } from '@kaito/types';

import { isLeaving } from '../leaving.ts';
import type { Resource } from '../spec/resource.ts';

/** Whose node it is by its labels: a labelled one is never another Workspace's to take. */
export function ownership({ metadata }: Node, workspace: Workspace): 'own' | 'foreign' | 'free' {
  const name = metadata.labels?.[labels.workspace];
  if (name === undefined) {
    return 'free';
  }
  const namespace = metadata.labels?.[labels.workspaceNamespace];
  return name === workspace.metadata.name && namespace === workspace.metadata.namespace ? 'own' : 'foreign';
}

/** Why this node cannot carry the workload; undefined when it can. */
export function obstacle(node: Node, workspace: Workspace, resource: Resource): string | undefined {
  if (ownership(node, workspace) === 'foreign') {
    return `belongs to workspace ${node.metadata.labels?.[labels.workspace] ?? ''}`;
  }
  if (isLeaving(node)) {
    return 'is being deleted';
  }
  if (!isNodeReady(node)) {
    return 'is not ready';
  }
  if (node.spec.unschedulable === true && !isWorker(node, workspace)) {
    return 'is cordoned';
  }
  return missingLabel(node, resource) ?? wrongSize(node, resource);
}

export function isNodeReady({ status }: Node): boolean {
  return status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;
}

/** Whether the status counts on this node already. */
export function isWorker({ metadata }: Node, { status }: Workspace): boolean {
  return status?.workerNodes?.includes(metadata.name) === true;
}

/** The GPUs that pods can have there: what the device plugin has reported. */
export function gpusOf({ status }: Node): number {
  return quantityValue(status.allocatable?.['nvidia.com/gpu'] ?? 0) ?? 0;
}

function missingLabel({ metadata }: Node, { nodeLabels }: Resource): string | undefined {
  const missing = Object.entries(nodeLabels).find(([key, value]) => metadata.labels?.[key] !== value);
  return missing === undefined ? undefined : `lacks the label ${missing.join('=')}`;
}

/** Preferred nodes may have any size. */
function wrongSize({ metadata }: Node, { instanceType, preferredNodes }: Resource): string | undefined {
  const size = metadata.labels?.[labels.instanceType] ?? '';
  const fits = size.toLowerCase() === instanceType.toLowerCase() || preferredNodes.includes(metadata.name);
  return fits ? undefined : `has size ${size === '' ? 'unknown' : size}, not ${instanceType}`;
}
