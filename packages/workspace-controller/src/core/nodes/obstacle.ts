import { labels, taints } from '@kaito/types';
import type { Node } from '@kaito/types';

import { isLeaving } from '../leaving.ts';
import type { Observed } from '../observed.ts';
import type { Resource } from '../spec/resource.ts';
import { showsGpus } from './gpus.ts';
import { isInUse, isNodeReady, makerOf, ownership } from './nodes.ts';
import { markOf } from './reservation.ts';

/** What is known of one Workspace and of who else has which node. */
export type Claimant = Pick<Observed, 'workspace' | 'holdings' | 'pods'>;

/** Why this node, which is for this Workspace, cannot carry its workload now; undefined when it can. */
export function obstacle(node: Node, claimant: Claimant, resource: Resource): string | undefined {
  return reasonToLeave(node, claimant, resource) ?? (isNodeReady(node) ? undefined : 'is not ready');
}

/** Why this node is of no use to this Workspace any more; one that is not ready may come back. */
export function reasonToLeave(node: Node, claimant: Claimant, resource: Resource): string | undefined {
  if (ownership(node, claimant.workspace) === 'foreign') {
    return `belongs to workspace ${makerOf(node)?.name ?? ''}`;
  }
  if (isLeaving(node)) {
    return 'is being deleted';
  }
  if (node.spec.unschedulable === true && !isInUse(node, claimant)) {
    return 'is cordoned';
  }
  return misfit(node, resource);
}

/** Why this node, which was there before and which this Workspace does not hold, cannot be taken. */
export function obstacleToTaking(node: Node, claimant: Claimant, resource: Resource): string | undefined {
  const why = misfit(node, resource);
  const holding = claimant.holdings.get(node.metadata.name);
  if (why === undefined && holding !== undefined) {
    return `is held by ${holding.workspace}`;
  }
  const engine = node.metadata.labels?.[labels.ragEngine];
  if (engine !== undefined) {
    return `belongs to ragengine ${engine}`;
  }
  if (markOf(node)?.uid === claimant.workspace.metadata.uid) {
    return 'is being given up';
  }
  return why ?? obstacle(node, claimant, resource) ?? missingGpus(node, resource) ?? foreignTaint(node, claimant);
}

/** What is wrong with a node that only its labels tell. */
export function misfit(node: Node, resource: Resource): string | undefined {
  return missingLabel(node, resource) ?? wrongSize(node, resource);
}

function missingLabel({ metadata }: Node, { nodeLabels }: Resource): string | undefined {
  const missing = Object.entries(nodeLabels).find(([key, value]) => metadata.labels?.[key] !== value);
  return missing === undefined ? undefined : `lacks the label ${missing.join('=')}`;
}

/** Preferred nodes may have any size. */
function wrongSize({ metadata }: Node, { instanceType, isBrought, preferredNodes }: Resource): string | undefined {
  const size = metadata.labels?.[labels.instanceType] ?? '';
  const fits = isBrought || size.toLowerCase() === instanceType.toLowerCase() || preferredNodes.includes(metadata.name);
  return fits ? undefined : `has size ${size === '' ? 'unknown' : size}, not ${instanceType}`;
}

/** Sizes that are asked for tell of GPUs by their name. */
function missingGpus(node: Node, { isBrought, needsGpus }: Resource): string | undefined {
  return isBrought && needsGpus && !showsGpus(node) ? 'shows no nvidia.com/gpu' : undefined;
}

/** A taint that keeps our pods away. A pod of the user may tolerate what he likes. */
function foreignTaint({ spec }: Node, { workspace }: Claimant): string | undefined {
  const foreign = (spec.taints ?? []).find(
    ({ key, effect }) =>
      key === taints.unregistered.key ||
      (workspace.inference?.template === undefined && effect !== 'PreferNoSchedule' && !isTolerated({ key, effect })),
  );
  return foreign === undefined ? undefined : `has the taint ${foreign.key}`;
}

/** Those of GPU nodes; that of a cordon is told as such. */
function isTolerated({ key, effect }: { readonly key: string; readonly effect: string }): boolean {
  return effect === taints.gpu.effect && (key === taints.gpu.key || key === 'nvidia.com/gpu');
}
