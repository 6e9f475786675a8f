import { informer } from '@kaito/controller-runtime';
import type { Clock, Informer, Kubernetes, Logger, Metrics } from '@kaito/controller-runtime';
import {
  deployments,
  labels,
  machines,
  MetadataOnly,
  nodeClaims,
  nodePools,
  nodes,
  pods,
  services,
  statefulSets,
  workspaces,
} from '@kaito/types';
import type { Deployment, Machine, Node, NodeClaim, NodePool, Pod, StatefulSet, Workspace } from '@kaito/types';

import type { Observed } from './core/observed.ts';
import { claimIndexes, nodeIndexes, nodePoolIndexes, podIndexes, workspaceIndexes } from './keys.ts';

export interface Informers {
  readonly workspaces: Informer<Workspace>;
  readonly machines: Informer<Machine>;
  readonly nodeClaims: Informer<NodeClaim>;
  readonly nodePools: Informer<NodePool>;
  readonly nodes: Informer<Node>;
  readonly deployments: Informer<Deployment>;
  readonly statefulSets: Informer<StatefulSet>;
  readonly services: Informer<MetadataOnly>;
  readonly pods: Informer<Pod>;
}

export interface InformersOptions {
  readonly kubernetes: Kubernetes;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly random: () => number;
}

/**
 * Everything that a reconcile reads. Only pods and NodePools are selected by label: of the rest, foreign objects matter
 * too. The kinds of Karpenter are served where its CRDs are.
 */
export function workspaceInformers(options: InformersOptions): Informers {
  const optional = { ...options, isOptional: true };
  return {
    workspaces: informer({ ...options, kind: workspaces, indexes: workspaceIndexes }),
    machines: informer({ ...optional, kind: machines, indexes: claimIndexes }),
    nodeClaims: informer({ ...optional, kind: nodeClaims, indexes: claimIndexes }),
    nodePools: informer({
      ...optional,
      kind: nodePools,
      indexes: nodePoolIndexes,
      selection: { labelSelector: labels.poolWorkspace },
    }),
    nodes: informer({ ...options, kind: nodes, indexes: nodeIndexes }),
    deployments: informer({ ...options, kind: deployments }),
    statefulSets: informer({ ...options, kind: statefulSets }),
    services: informer({ ...options, kind: { ...services, schema: MetadataOnly }, isMetadataOnly: true }),
    pods: informer({ ...options, kind: pods, indexes: podIndexes, selection: { labelSelector: labels.workspace } }),
  };
}

export type Caches = { readonly [K in keyof Informers]: Informers[K]['cache'] };

export function cachesOf(informers: Informers): Caches {
  return {
    workspaces: informers.workspaces.cache,
    machines: informers.machines.cache,
    nodeClaims: informers.nodeClaims.cache,
    nodePools: informers.nodePools.cache,
    nodes: informers.nodes.cache,
    deployments: informers.deployments.cache,
    statefulSets: informers.statefulSets.cache,
    services: informers.services.cache,
    pods: informers.pods.cache,
  };
}

/** Which APIs the cluster has by which nodes are asked for. */
export function servedBy(caches: Pick<Caches, 'machines' | 'nodeClaims' | 'nodePools'>): Observed['served'] {
  return {
    machines: caches.machines.isServed,
    nodeClaims: caches.nodeClaims.isServed,
    nodePools: caches.nodePools.isServed,
  };
}
