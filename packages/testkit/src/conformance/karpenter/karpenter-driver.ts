import type { Kubernetes } from '@kaito/controller-runtime';

import type { Look } from '../rest-as-expected.ts';

/** A cluster with Karpenter, where whoever the kubelets are makes Nodes Ready and ends pods. */
export interface KarpenterDriver {
  readonly kubernetes: Kubernetes;
  /** The namespace of the scenario, and how its names begin that have none. */
  readonly own: string;
  /** Shows what `project` makes of the world once everybody has come to rest. */
  rest(project: () => Promise<unknown>, look: Look): Promise<unknown>;
  /** From here on the Node is not Ready. */
  silence(nodeName: string): Promise<void>;
}
