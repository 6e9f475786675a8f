import type { Node, Workspace } from '@kaito/types';

import { isLeaving } from '../core/leaving.ts';
import { misfit } from '../core/nodes/obstacle.ts';
import { agedOf, isOlder } from '../core/nodes/reservation.ts';
import { isShort } from '../core/nodes/short.ts';
import type { Rival } from '../core/nodes/holding.ts';
import { resourceOf } from '../core/spec/resource.ts';
import type { Resource } from '../core/spec/resource.ts';
import type { Caches } from '../informers.ts';
import { nodesFor, seekersOf } from '../seeking.ts';
import { holdingsOf } from './holdings.ts';

/** The oldest come first in any case. */
const MOST = 16;

/** Who waits for nodes that this Workspace has while it is short of some itself. */
export function rivalsOf(workspace: Workspace, caches: Caches): readonly Rival[] {
  const names = workspace.status?.workerNodes ?? [];
  const nodes = names.map((name) => caches.nodes.get(name)).filter((node) => node !== undefined);
  const resource = resourceOf(workspace, 'byo');
  const isWhole =
    !isShort(workspace) && nodes.length === names.length && nodes.every((node) => isSound(node, resource));
  if (isWhole) {
    return [];
  }
  const seekers = nodes.flatMap((node) => seekersOf(node, caches.workspaces, true));
  const older = [...new Set(seekers)]
    .filter((seeker) => isOlder(agedOf(seeker), agedOf(workspace)))
    .toSorted((a, b) => (isOlder(agedOf(a), agedOf(b)) ? -1 : 1))
    .slice(0, MOST);
  return older.map((rival) => {
    const sought = nodesFor(rival, true, caches.nodes);
    return { workspace: rival, nodes: sought, holdings: holdingsOf(sought, rival, caches) };
  });
}

function isSound(node: Node, resource: Resource): boolean {
  return !isLeaving(node) && node.spec.unschedulable !== true && misfit(node, resource) === undefined;
}
