import { labels } from '@kaito/types';

import type { Action } from '../actions.ts';
import { isLeaving } from '../leaving.ts';
import type { Observed } from '../observed.ts';
import type { Resource } from '../spec/resource.ts';
import { hasNvidiaGpus } from '../spec/sizes.ts';
import type { Fleet } from './fleet.ts';
import { isNodeReady, ownership } from './nodes.ts';

const ACCELERATOR = { [labels.accelerator]: 'nvidia' };

/** Says on GPU nodes that they are such, as device plugins and users' selectors expect, from the moment they are ready. */
export function planLabels(
  { nodes, workspace }: Observed,
  { instanceType }: Resource,
  { workers }: Fleet,
): readonly Action[] {
  if (!hasNvidiaGpus(instanceType)) {
    return [];
  }
  return nodes
    .filter((node) => workers.includes(node) || (ownership(node, workspace) === 'own' && isNodeReady(node)))
    .filter(
      (node) => !isLeaving(node) && node.metadata.labels?.[labels.accelerator] !== ACCELERATOR[labels.accelerator],
    )
    .map(({ metadata: { name, uid } }): Action => ({ kind: 'LabelNode', name, uid, labels: ACCELERATOR }));
}
