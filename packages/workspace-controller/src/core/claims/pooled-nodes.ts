import { labels } from '@kaito/types';
import type { Node } from '@kaito/types';

import type { Observed } from '../observed.ts';

/** Nodes that came of this Workspace's NodePool; their provisioner takes them away with it. */
export function pooledNodes({ nodes, workspace: { metadata } }: Observed): readonly Node[] {
  return nodes.filter(({ metadata: { labels: own = {} } }) => {
    const isOfPool = own[labels.nodePool] !== undefined && own[labels.poolWorkspace] === metadata.name;
    return isOfPool && own[labels.poolWorkspaceNamespace] === metadata.namespace;
  });
}
