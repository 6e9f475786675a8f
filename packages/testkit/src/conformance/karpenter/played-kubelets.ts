import type { Kubernetes, KubernetesObject } from '@kaito/controller-runtime';

import { nodes, pods } from '../../cluster/kinds.ts';
import { conditionOf, isLeaving, phaseOf, textAt } from '../../cluster/reading.ts';
import { NodeActs } from '../cluster/node-acts.ts';

const BEAT_MS = 250;
const PROVIDER = 'kwok://';

/** For the Nodes that karpenter's kwok provider makes there are no machines: what their kubelets would do. */
export class PlayedKubelets {
  readonly #kubernetes: Kubernetes;
  readonly #stop = new AbortController();
  readonly #acts: NodeActs;
  readonly #timer: NodeJS.Timeout;
  #beating: Promise<void> = Promise.resolve();

  constructor(kubernetes: Kubernetes) {
    this.#kubernetes = kubernetes;
    this.#acts = new NodeActs(kubernetes, this.#stop.signal);
    this.#timer = setInterval(() => {
      this.#beating = this.#beating.then(async () => this.#beat());
    }, BEAT_MS);
  }

  async silence(nodeName: string): Promise<void> {
    await this.#acts.report(nodeName, 'False');
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#beating;
  }

  /** A beat that fails is made up for by the next. */
  async #beat(): Promise<void> {
    await Promise.allSettled([this.#readyNodes(), this.#runPods()]);
  }

  /** Each once: what was reported afterwards stays. */
  async #readyNodes(): Promise<void> {
    const { items } = await this.#kubernetes.list({ type: nodes }, this.#stop.signal);
    const untold = items.filter((node) => isPlayed(node) && conditionOf(node, 'Ready') === undefined);
    await Promise.all(untold.map(async ({ metadata }) => this.#acts.report(metadata.name, 'True')));
  }

  async #runPods(): Promise<void> {
    const { items } = await this.#kubernetes.list({ type: pods }, this.#stop.signal);
    const waiting = items.filter((pod) => !isLeaving(pod) && phaseOf(pod) === 'Pending');
    await Promise.all([
      ...items.filter(isLeaving).map(async (pod) => this.#end(pod)),
      ...waiting.map(async (pod) => this.#start(pod)),
    ]);
  }

  async #start({ metadata: { name, namespace = '' } }: KubernetesObject): Promise<void> {
    const body = { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } };
    const key = { name, namespace };
    await this.#kubernetes.patch(
      { type: pods, key, body, subresource: 'status', fieldManager: 'conformance' },
      this.#stop.signal,
    );
  }

  async #end({ metadata: { name, namespace = '' } }: KubernetesObject): Promise<void> {
    await this.#kubernetes.delete({ type: pods, key: { name, namespace }, gracePeriodSeconds: 0 }, this.#stop.signal);
  }
}

function isPlayed(node: KubernetesObject): boolean {
  return textAt(node, 'spec', 'providerID')?.startsWith(PROVIDER) === true;
}
