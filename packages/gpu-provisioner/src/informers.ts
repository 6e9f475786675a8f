import { informer } from '@kaito/controller-runtime';
import type { Clock, Informer, Kubernetes, Logger, Metrics } from '@kaito/controller-runtime';
import { machines, nodeClaims, nodes, pods } from '@kaito/types';
import type { Machine, Node, NodeClaim, Pod } from '@kaito/types';

import { claimIndexes, nodeIndexes, podIndexes } from './keys.ts';

export interface Informers {
  /** A cluster may serve one of the two APIs alone. */
  readonly machines: Informer<Machine>;
  readonly nodeClaims: Informer<NodeClaim>;
  readonly nodes: Informer<Node>;
  /** Of all namespaces: a Node that is emptied may hold any of them. */
  readonly pods: Informer<Pod>;
}

export interface InformersOptions {
  readonly kubernetes: Kubernetes;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly random: () => number;
}

export function provisionerInformers(options: InformersOptions): Informers {
  return {
    machines: informer({ ...options, kind: machines, indexes: claimIndexes, isOptional: true }),
    nodeClaims: informer({ ...options, kind: nodeClaims, indexes: claimIndexes, isOptional: true }),
    nodes: informer({ ...options, kind: nodes, indexes: nodeIndexes }),
    pods: informer({ ...options, kind: pods, indexes: podIndexes }),
  };
}
