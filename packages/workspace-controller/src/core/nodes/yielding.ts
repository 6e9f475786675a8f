import type { Node } from '@kaito/types';

import type { Observed } from '../observed.ts';
import { resourceOf } from '../spec/resource.ts';
import type { Holding, Rival } from './holding.ts';
import { isWorker } from './nodes.ts';
import { obstacleToTaking } from './obstacle.ts';
import { agedOf, isOlder } from './reservation.ts';

/**
 * Whether an older Workspace would be whole with what this one and others that are short as well hold. Who is asked and
 * keeps what is of no use to him would let both wait for each other for ever.
 */
export function mustYield({ workspace, rivals }: Pick<Observed, 'workspace' | 'rivals'>): boolean {
  return rivals.some((rival) => isAskedBy(rival, workspace.metadata.uid));
}

function isAskedBy({ workspace, nodes, holdings }: Rival, own: string): boolean {
  const resource = resourceOf(workspace, 'byo');
  const held = nodes.filter((node) => isWorker(node, workspace) && !holdings.has(node.metadata.name));
  const takeable = nodes.filter(
    (node) =>
      !held.includes(node) &&
      obstacleToTaking(node, { workspace, holdings: new Map(), pods: [] }, resource) === undefined,
  );
  const holderOf = (node: Node): Holding | undefined => holdings.get(node.metadata.name);
  const free = takeable.filter((node) => holderOf(node) === undefined);
  const askedOf = takeable
    .flatMap((node) => holderOf(node) ?? [])
    .filter((holder) => holder.uid === own || (holder.isShort && isOlder(agedOf(workspace), holder)))
    .toSorted((a, b) => (isOlder(a, b) ? 1 : -1));
  const lacking = resource.count - held.length - free.length;
  return lacking > 0 && lacking <= askedOf.length && askedOf.slice(0, lacking).some(({ uid }) => uid === own);
}
