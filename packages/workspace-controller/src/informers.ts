import { informer } from '@kaito/controller-runtime';
import type { Clock, Informer, Kubernetes, Logger, Metrics } from '@kaito/controller-runtime';
import { deployments, labels, machines, nodes, pods, services, workspaces } from '@kaito/types';
import type { Deployment, Machine, Node, Pod, Service, Workspace } from '@kaito/types';

import { machineIndexes, nodeIndexes, podIndexes, workspaceIndexes } from './keys.ts';

export interface Informers {
  readonly workspaces: Informer<Workspace>;
  readonly machines: Informer<Machine>;
  readonly nodes: Informer<Node>;
  readonly deployments: Informer<Deployment>;
  readonly services: Informer<Service>;
  readonly pods: Informer<Pod>;
}

export interface InformersOptions {
  readonly kubernetes: Kubernetes;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly random: () => number;
}

/** Everything that a reconcile reads. Only pods are selected by label: of the rest, foreign objects matter too. */
export function workspaceInformers(options: InformersOptions): Informers {
  return {
    workspaces: informer({ ...options, kind: workspaces, indexes: workspaceIndexes }),
    machines: informer({ ...options, kind: machines, indexes: machineIndexes }),
    nodes: informer({ ...options, kind: nodes, indexes: nodeIndexes }),
    deployments: informer({ ...options, kind: deployments }),
    services: informer({ ...options, kind: services }),
    pods: informer({ ...options, kind: pods, indexes: podIndexes, selection: { labelSelector: labels.workspace } }),
  };
}

export type Caches = { readonly [K in keyof Informers]: Informers[K]['cache'] };

export function cachesOf(informers: Informers): Caches {
  return {
    workspaces: informers.workspaces.cache,
    machines: informers.machines.cache,
    nodes: informers.nodes.cache,
    deployments: informers.deployments.cache,
    services: informers.services.cache,
    pods: informers.pods.cache,
  };
}
