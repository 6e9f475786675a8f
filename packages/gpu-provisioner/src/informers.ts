import { informer } from '@kaito/controller-runtime';
import type { Clock, Informer, Kubernetes, Logger, Metrics } from '@kaito/controller-runtime';
import { machines, nodes, pods } from '@kaito/types';
import type { Machine, Node, Pod } from '@kaito/types';

import { machineIndexes, nodeIndexes, podIndexes } from './keys.ts';

export interface Informers {
  readonly machines: Informer<Machine>;
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
    machines: informer({ ...options, kind: machines, indexes: machineIndexes }),
    nodes: informer({ ...options, kind: nodes, indexes: nodeIndexes }),
    pods: informer({ ...options, kind: pods, indexes: podIndexes }),
  };
}
