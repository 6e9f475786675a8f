import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Kubernetes, KubernetesObject, Manifest, ResourceType } from '@kaito/controller-runtime';
import { freePort, startArmSimulator } from '@kaito/local-cloud';
import type { ArmSimulator } from '@kaito/local-cloud';
import { controlSimulator, SimulatedKubelets, startTestCluster } from '@kaito/testkit';
import type { SimulatorControl, TestCluster } from '@kaito/testkit';

import { programEnvironment } from './program-environment.ts';
import { ProvisionerProcess } from './provisioner-process.ts';

const DEADLINE_MS = 120_000;

const namespaces: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  isNamespaced: false,
};

/** The program between a real API server and the ARM simulator, with kubelets that make the Nodes. */
export class RealStage {
  readonly control: SimulatorControl;
  readonly kubernetes: Kubernetes;
  readonly signal: AbortSignal;
  readonly #cluster: TestCluster;
  readonly #simulator: ArmSimulator;
  readonly #directory: string;
  readonly #provisioner: ProvisionerProcess;
  readonly #stop = new AbortController();
  readonly #kubelets: Promise<void>;

  /** `timeScale`: how long a second of the cloud, and of the provisioner's spans, is. */
  static async start(timeScale: number): Promise<RealStage> {
    const directory = await mkdtemp(path.join(tmpdir(), 'kaito-provisioner-'));
    const cluster = await startTestCluster({
      components: ['etcd', 'kube-apiserver', 'kube-controller-manager'],
      accounts: [{ user: 'gpu-provisioner', groups: ['system:masters'] }],
    });
    const simulator = await startArmSimulator({ scale: timeScale });
    const port = await freePort();
    const settings = await programEnvironment(directory, { cluster, simulator });
    const address = `127.0.0.1:${port}`;
    const provisioner = new ProvisionerProcess(
      {
        ...settings,
        LOG_LEVEL: 'debug',
        TIME_SCALE: String(timeScale),
        HEALTH_PROBE_BIND_ADDRESS: address,
        METRICS_BIND_ADDRESS: address,
      },
      path.join(directory, 'provisioner.log'),
    );
    const stage = new RealStage({ cluster, simulator, directory, provisioner });
    await stage.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kaito-system' } });
    provisioner.start();
    return stage;
  }

  private constructor(parts: {
    readonly cluster: TestCluster;
    readonly simulator: ArmSimulator;
    readonly directory: string;
    readonly provisioner: ProvisionerProcess;
  }) {
    this.#cluster = parts.cluster;
    this.#simulator = parts.simulator;
    this.#directory = parts.directory;
    this.#provisioner = parts.provisioner;
    this.control = controlSimulator(parts.simulator);
    this.kubernetes = parts.cluster.kubernetes;
    this.signal = this.#stop.signal;
    this.#kubelets = new SimulatedKubelets(this.kubernetes, this.control).run(this.signal);
  }

  async stop(): Promise<void> {
    await this.#provisioner.stop();
    this.#stop.abort();
    await this.#kubelets.catch(() => undefined);
    await this.#simulator.close();
    await this.#cluster.stop();
    await rm(this.#directory, { recursive: true });
  }

  async create(type: ResourceType, manifest: Manifest): Promise<KubernetesObject> {
    return this.kubernetes.create({ type, manifest, fieldManager: 'test' }, this.signal);
  }

  async get(type: ResourceType, name: string, namespace?: string): Promise<KubernetesObject | undefined> {
    return this.kubernetes.get({ type, key: { name, namespace } }, this.signal);
  }

  async list(type: ResourceType): Promise<readonly KubernetesObject[]> {
    return (await this.kubernetes.list({ type }, this.signal)).items;
  }

  async delete(type: ResourceType, name: string, namespace?: string): Promise<void> {
    await this.kubernetes.delete({ type, key: { name, namespace } }, this.signal);
  }

  async patchStatus(type: ResourceType, key: { name: string; namespace?: string }, status: object): Promise<void> {
    const body = { status };
    await this.kubernetes.patch({ type, key, body, subresource: 'status', fieldManager: 'test' }, this.signal);
  }

  /** Asks until it is so; when it is not, tells what the program wrote last. */
  async until(isSo: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + DEADLINE_MS;
    while (!(await isSo())) {
      if (performance.now() > deadline) {
        const log = await readFile(path.join(this.#directory, 'provisioner.log'), 'utf8');
        throw new Error(`not within ${DEADLINE_MS} ms\n${log.slice(-4_000)}`);
      }
      await sleep(20);
    }
  }
}
