import { keyOf } from '@kaito/controller-runtime';
import type { Node, Workspace } from '@kaito/types';

import { agedOf, isOlder, markOf } from '../core/nodes/reservation.ts';
import type { Holding } from '../core/nodes/holding.ts';
import { isShort } from '../core/nodes/short.ts';
import type { Caches } from '../informers.ts';
import { workspaceKeys } from '../keys.ts';

type Sources = Pick<Caches, 'machines' | 'nodeClaims' | 'workspaces'>;

/** By Node name: who else has it. */
export function holdingsOf(
  nodes: readonly Node[],
  workspace: Workspace,
  caches: Sources,
): ReadonlyMap<string, Holding> {
  const found = nodes.flatMap((node): [string, Holding][] => {
    const holding = holdingOf(node, workspace, caches);
    return holding === undefined ? [] : [[node.metadata.name, holding]];
  });
  return new Map(found);
}

/** A mark of nobody who lives means nothing. */
function holdingOf(node: Node, workspace: Workspace, caches: Sources): Holding | undefined {
  const own = workspace.metadata.uid;
  const mark = markOf(node);
  const marked = mark === undefined || mark.uid === own ? [] : caches.workspaces.byIndex('uid', mark.uid);
  const [marker] = marked;
  if (marker !== undefined) {
    return holdingBy(marker, true);
  }
  const [counting] = caches.workspaces
    .byIndex('workerNode', node.metadata.name)
    .filter(({ metadata }) => metadata.uid !== own)
    .toSorted((a, b) => (isOlder(agedOf(a), agedOf(b)) ? -1 : 1));
  return counting === undefined ? throughClaim(node, workspace, caches) : holdingBy(counting, false);
}

function holdingBy(holder: Workspace, isMarked: boolean): Holding {
  return { ...agedOf(holder), workspace: keyOf(holder), isMarked, isShort: isShort(holder) };
}

/** Its labels may not say yet for whom a claim has brought it. */
function throughClaim({ metadata: { name } }: Node, workspace: Workspace, caches: Sources): Holding | undefined {
  const claims = [...caches.machines.byIndex('node', name), ...caches.nodeClaims.byIndex('node', name)];
  for (const claim of claims) {
    const [key] = workspaceKeys(claim);
    if (key !== undefined && key !== keyOf(workspace)) {
      const { uid, creationTimestamp: createdAt } = claim.metadata;
      return { workspace: key, uid, createdAt, isMarked: false, isShort: false };
    }
  }
  return undefined;
}
