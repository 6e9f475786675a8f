import { keyOf } from '@kaito/controller-runtime';
import type { Cache, HasMetadata } from '@kaito/controller-runtime';
import type { Node, Workspace } from '@kaito/types';

import type { Caches } from '../src/informers.ts';
import { nodeIndexes, workspaceIndexes } from '../src/keys.ts';

/** Caches that hold these Workspaces and Nodes and nothing else. */
export function fixedCaches(workspaces: readonly Workspace[], nodes: readonly Node[]): Caches {
  const none = fixedCache([], {});
  return {
    workspaces: fixedCache(workspaces, workspaceIndexes),
    nodes: fixedCache(nodes, nodeIndexes),
    machines: none,
    nodeClaims: none,
    nodePools: none,
    deployments: none,
    statefulSets: none,
    services: none,
    pods: none,
  };
}

function fixedCache<T extends HasMetadata>(
  objects: readonly T[],
  indexes: Readonly<Record<string, (object: T) => readonly string[]>>,
): Cache<T> {
  return {
    hasSynced: true,
    isServed: true,
    get: (key) => objects.find((object) => keyOf(object) === key),
    list: () => objects,
    byIndex: (index, value) => objects.filter((object) => indexes[index]?.(object).includes(value) === true),
    observe: () => {
      throw new Error('nothing is written here');
    },
  };
}
