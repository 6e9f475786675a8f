import type { Kubernetes } from '@kaito/controller-runtime';
import { annotations, conditions, nodeClaims, nodes, pods } from '@kaito/types';
import type { NodeClaim } from '@kaito/types';

import { until } from '../life.ts';

/** The class of gpu-provisioner. */
export const KAITO_CLASS = { group: 'kaito.sh', kind: 'KaitoNodeClass', name: 'default' };

const DISK = '50Gi';

/** Soon enough for somebody who waits for it. */
const DEADLINE = '5s';

/** A NodeClaim as a Go Kaito writes it for nobody of ours; its Node is there for a Workspace of the same name. */
export class NodeClaimLife {
  readonly name: string;
  readonly #kubernetes: Kubernetes;
  readonly #instanceType: string;

  /** The name is that of its agent pool too: at most 12 letters and digits. */
  constructor(name: string, kubernetes: Kubernetes, instanceType = 'Standard_NC6s_v3') {
    this.name = name;
    this.#kubernetes = kubernetes;
    this.#instanceType = instanceType;
  }

  async create(signal: AbortSignal): Promise<void> {
    const manifest = {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodeClaim',
      metadata: { name: this.name, labels: { 'karpenter.sh/nodepool': 'kaito', apps: this.name } },
      spec: {
        nodeClassRef: KAITO_CLASS,
        requirements: [{ key: 'node.kubernetes.io/instance-type', operator: 'In', values: [this.#instanceType] }],
        taints: [{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }],
        resources: { requests: { storage: DISK } },
        terminationGracePeriod: DEADLINE,
      },
    };
    await this.#kubernetes.create({ type: nodeClaims, manifest, fieldManager: 'kaito-e2e' }, signal);
  }

  async ready(signal: AbortSignal): Promise<void> {
    await until(async () => {
      const { status } = (await this.#read(signal)) ?? {};
      return status?.conditions?.find(({ type }) => type === conditions.nodeClaim.ready)?.status === 'True';
    }, signal);
  }

  /** Has a pod on its Node that objects to being evicted, so that it goes by force when the deadline nears. */
  async holdUp(namespace: string, signal: AbortSignal): Promise<void> {
    const manifest = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: this.name, namespace, annotations: { [annotations.doNotDisrupt]: 'true' } },
      spec: {
        nodeName: await this.#nodeName(signal),
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 1,
        containers: [{ name: 'work', image: 'kaito.local/none' }],
        tolerations: [{ key: 'sku', operator: 'Exists' }],
      },
    };
    await this.#kubernetes.create({ type: pods, manifest, fieldManager: 'kaito-e2e' }, signal);
  }

  /** Deletes the Node of the claim: the claim goes with it. */
  async loseNode(signal: AbortSignal): Promise<void> {
    await this.#kubernetes.delete({ type: nodes, key: { name: await this.#nodeName(signal) } }, signal);
  }

  async delete(signal: AbortSignal): Promise<void> {
    await this.#kubernetes.delete({ type: nodeClaims, key: { name: this.name } }, signal);
  }

  async gone(signal: AbortSignal): Promise<void> {
    await until(async () => (await this.#read(signal)) === undefined, signal);
  }

  async #nodeName(signal: AbortSignal): Promise<string> {
    const name = (await this.#read(signal))?.status?.nodeName;
    if (name === undefined) {
      throw new Error(`the NodeClaim ${this.name} has no Node`);
    }
    return name;
  }

  async #read(signal: AbortSignal): Promise<NodeClaim | undefined> {
    const object = await this.#kubernetes.get({ type: nodeClaims, key: { name: this.name } }, signal);
    return object === undefined ? undefined : nodeClaims.schema.parse(object);
  }
}
