import type { Kubernetes, ResourceType } from '@kaito/controller-runtime';

const leases: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  isNamespaced: true,
};

const namespace = 'kube-node-lease';
const LEASE_SECONDS = 40;
const BEAT_MS = 500;

/** Renews the leases of Nodes, as their kubelets would. */
export class Heartbeats {
  readonly #kubernetes: Kubernetes;
  readonly #names = new Set<string>();
  readonly #stop = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #beating: Promise<void> = Promise.resolve();

  constructor(kubernetes: Kubernetes) {
    this.#kubernetes = kubernetes;
    this.#timer = setInterval(() => {
      this.#beating = this.#beating.then(async () => this.#beatAll());
    }, BEAT_MS);
  }

  async start(nodeName: string): Promise<void> {
    this.#names.add(nodeName);
    await this.#beat(nodeName);
  }

  end(nodeName: string): void {
    this.#names.delete(nodeName);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#beating;
  }

  /** A beat that fails is made up for by the next. */
  async #beatAll(): Promise<void> {
    await Promise.allSettled([...this.#names].map(async (name) => this.#beat(name)));
  }

  async #beat(name: string): Promise<void> {
    const renewTime = new Date().toISOString().replace('Z', '000Z');
    const manifest = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace },
      spec: { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime },
    };
    const request = { type: leases, manifest, fieldManager: 'conformance', isForced: true };
    await this.#kubernetes.apply(request, this.#stop.signal);
  }
}
