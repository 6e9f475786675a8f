import type { Kubernetes } from '@kaito/controller-runtime';

/** A cluster whose kubelets the scenario plays itself. */
export interface ClusterDriver {
  readonly kubernetes: Kubernetes;
  /** The scenario's own. */
  readonly namespace: string;
  /** Shows what `project` makes of the world once the controllers have come to rest. */
  rest(project: () => Promise<unknown>, options: RestOptions): Promise<unknown>;
  /** Shows what is answered to `ask` once everybody has heard of what was done; it asks again and again until then. */
  hear(ask: () => Promise<unknown>, options: Pick<RestOptions, 'at'>): Promise<unknown>;
  /** Lets a moment pass, for whoever waits for a controller. */
  pass(): Promise<void>;
  /** From here on the Node's kubelet says that it lives. */
  enliven(nodeName: string): Promise<void>;
  /** From here on nothing is heard of the Node. */
  silence(nodeName: string): Promise<void>;
}

export interface RestOptions {
  /** The how manieth thing that the scenario shows, from 0. */
  readonly at: number;
  /** For what takes that long even in a cluster that is quick. */
  readonly afterMs?: number;
}

/** The Node of no scenario, always well: where no Node is, no pod is driven out. */
export const STEADY = 'steady';
