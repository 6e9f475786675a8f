import type { Node, Workspace } from '@kaito/types';

import { isSought, soughtTraits, traitsOf } from './core/nodes/traits.ts';
import { resourceOf } from './core/spec/resource.ts';
import type { Caches } from './informers.ts';

/** Who is short of nodes and looks for such as this one. */
export function seekersOf(node: Node, workspaces: Caches['workspaces'], isByo: boolean): readonly Workspace[] {
  const found = new Set(traitsOf(node).flatMap((trait) => workspaces.byIndex('soughtTrait', trait)));
  return [...found].filter((seeker) => isSought(node, resourceOf(seeker, isByo ? 'byo' : 'machine')));
}

/** Nodes that were there before and may serve it, and those that it counts on. */
export function nodesFor(workspace: Workspace, isByo: boolean, nodes: Caches['nodes']): readonly Node[] {
  const { metadata, resource, status } = workspace;
  const named = [...(resource?.preferredNodes ?? []), ...(status?.workerNodes ?? [])].map((name) => nodes.get(name));
  const traits = soughtTraits(resourceOf(workspace, isByo ? 'byo' : 'machine'));
  const found = [
    ...nodes.byIndex('holder', metadata.uid),
    ...traits.flatMap((trait) => nodes.byIndex('trait', trait)),
    ...named.filter((node) => node !== undefined),
  ];
  return [...new Map(found.map((node) => [node.metadata.name, node])).values()];
}
