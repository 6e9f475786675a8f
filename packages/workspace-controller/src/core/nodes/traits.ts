import { labels } from '@kaito/types';
import type { Node, Workspace } from '@kaito/types';

import { resourceOf } from '../spec/resource.ts';
import type { Resource } from '../spec/resource.ts';
import { showsGpus } from './gpus.ts';
import { misfit } from './obstacle.ts';

const WITH_GPUS = 'with GPUs';

/** By what a node is found that was there before. */
export function traitsOf(node: Node): readonly string[] {
  const own = node.metadata.labels ?? {};
  return [
    named(node.metadata.name),
    ...Object.entries(own).map(ofLabel),
    ...sizeTraits(own[labels.instanceType]),
    ...(showsGpus(node) ? [WITH_GPUS] : []),
  ];
}

/** Every node that is sought has at least one of these. */
export function soughtTraits({ instanceType, isBrought, nodeLabels, preferredNodes }: Resource): readonly string[] {
  const [first] = Object.entries(nodeLabels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (first !== undefined) {
    return [ofLabel(first)];
  }
  return [...preferredNodes.map(named), ...(isBrought ? [WITH_GPUS] : sizeTraits(instanceType))];
}

/** The same, however nodes are come by. */
export function possibleTraits(workspace: Workspace): readonly string[] {
  const found = (['machine', 'byo'] as const).flatMap((source) => soughtTraits(resourceOf(workspace, source)));
  return [...new Set(found)];
}

/** Whether the node is one of those that this Workspace looks for, free or not. */
export function isSought(node: Node, resource: Resource): boolean {
  const isOfUse = !resource.isBrought || !resource.needsGpus || showsGpus(node);
  return isOfUse && misfit(node, resource) === undefined;
}

function sizeTraits(type: string | undefined): readonly string[] {
  return type === undefined || type === '' ? [] : [`of size ${type.toLowerCase()}`];
}

function named(name: string): string {
  return `named ${name}`;
}

function ofLabel([key, value]: readonly [string, string]): string {
  return `${key}=${value}`;
}
