import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { isApiError } from '@kaito/controller-runtime';
import type { Kubernetes, ResourceType } from '@kaito/controller-runtime';
import { startTestCluster } from '@kaito/testkit';
import type { TestCluster } from '@kaito/testkit';
import { machines, nodes } from '@kaito/types';

import { RealStage } from './real-stage.ts';
import type { CloudSettings } from './stage.ts';

const USER = 'gpu-provisioner';
const SYSTEM_NAMESPACE = 'kaito-system';
const fieldManager = 'bench';

const core = { group: '', version: 'v1' };
const namespaces: ResourceType = { ...core, plural: 'namespaces', kind: 'Namespace', isNamespaced: false };
const leases: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  isNamespaced: true,
};

/** Nobody beats for the hearts of these Nodes. */
const PATIENT = ['--node-monitor-grace-period=3h'];

/** A real API server on which one story is played after the other; lanes do not share anything. */
export class Lane {
  readonly #cluster: TestCluster;
  readonly #folder: string;
  readonly #bundle: string;
  #stages = 0;

  static async open(folder: string, bundle: string): Promise<Lane> {
    await mkdir(folder, { recursive: true });
    const cluster = await startTestCluster({
      components: ['etcd', 'kube-apiserver', 'kube-controller-manager'],
      controllerManagerFlags: PATIENT,
      accounts: [{ user: USER, groups: ['system:masters'] }],
    });
    const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SYSTEM_NAMESPACE } };
    await cluster.kubernetes.create({ type: namespaces, manifest, fieldManager }, never());
    return new Lane(cluster, folder, bundle);
  }

  private constructor(cluster: TestCluster, folder: string, bundle: string) {
    this.#cluster = cluster;
    this.#folder = folder;
    this.#bundle = bundle;
  }

  /** A provisioner and a cloud of their own, on a cluster without claims. */
  async stage(settings: CloudSettings): Promise<RealStage> {
    this.#stages += 1;
    const directory = path.join(this.#folder, String(this.#stages));
    await mkdir(directory, { recursive: true });
    await writeFile(path.join(directory, 'kubeconfig'), this.#cluster.controlPlane.kubeconfig(USER));
    await tidy(this.#cluster.kubernetes);
    return RealStage.begin({ kubernetes: this.#cluster.kubernetes, directory, bundle: this.#bundle, settings });
  }

  async close(): Promise<void> {
    await this.#cluster.stop();
  }
}

/** What a story that ended early left behind, and the lease of a process that was killed. */
async function tidy(kubernetes: Kubernetes): Promise<void> {
  for (const type of [machines, nodes]) {
    for (const { metadata } of (await kubernetes.list({ type }, never())).items) {
      const key = { name: metadata.name };
      const body = { metadata: { finalizers: null } };
      await gone(kubernetes.patch({ type, key, body, fieldManager }, never()));
      await gone(kubernetes.delete({ type, key }, never()));
    }
  }
  for (const { metadata } of (await kubernetes.list({ type: leases, namespace: SYSTEM_NAMESPACE }, never())).items) {
    await gone(kubernetes.delete({ type: leases, key: { name: metadata.name, namespace: SYSTEM_NAMESPACE } }, never()));
  }
}

async function gone(done: Promise<unknown>): Promise<void> {
  await done.catch((error: unknown) => {
    if (!isApiError(error, 'NotFound')) {
      throw error;
    }
  });
}

function never(): AbortSignal {
  return AbortSignal.timeout(60_000);
}
