import type { Kubernetes } from '@kaito/controller-runtime';

import { nodes } from '../../cluster/kinds.ts';
import type { NodeTaint } from '../../cluster/scheduling/taints.ts';

const fieldManager = 'conformance';

export interface NodeOptions {
  readonly gpus?: number;
  readonly cpu?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly NodeTaint[];
}

export type Readiness = 'True' | 'False';

/** What kubelets and people do to Nodes. */
export class NodeActs {
  readonly #kubernetes: Kubernetes;
  readonly #signal: AbortSignal;

  constructor(kubernetes: Kubernetes, signal: AbortSignal) {
    this.#kubernetes = kubernetes;
    this.#signal = signal;
  }

  /** Ready, as its kubelet has registered it. */
  async register(name: string, options: NodeOptions = {}): Promise<void> {
    const { labels = {}, taints } = options;
    const spec = taints === undefined ? {} : { taints };
    const manifest = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec };
    await this.#kubernetes.create({ type: nodes, manifest, fieldManager }, this.#signal);
    await this.offer(name, options);
    await this.report(name, 'True');
  }

  async offer(name: string, { cpu = '8', gpus = 0 }: NodeOptions): Promise<void> {
    const resources = { cpu, memory: '32Gi', pods: '110', ...(gpus > 0 && { 'nvidia.com/gpu': String(gpus) }) };
    await this.patch(name, { status: { capacity: resources, allocatable: resources } }, 'status');
  }

  /** What the kubelet says of its Node. */
  async report(name: string, status: Readiness): Promise<void> {
    const time = new Date().toISOString().replace(/\.\d+Z$/u, 'Z');
    const condition = { type: 'Ready', status, reason: 'Reported', lastHeartbeatTime: time, lastTransitionTime: time };
    await this.patch(name, { status: { conditions: [condition] } }, 'status');
  }

  async patch(name: string, body: Readonly<Record<string, unknown>>, subresource?: 'status'): Promise<void> {
    const below = subresource === undefined ? {} : { subresource };
    await this.#kubernetes.patch({ type: nodes, key: { name }, body, ...below, fieldManager }, this.#signal);
  }

  async delete(name: string): Promise<void> {
    await this.#kubernetes.delete({ type: nodes, key: { name } }, this.#signal);
  }
}
