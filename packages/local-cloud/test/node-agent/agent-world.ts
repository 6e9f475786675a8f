import { readFile, readdir, mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { silentLogger, systemClock } from '@kaito/controller-runtime';
import type { KubernetesObject, Manifest, ResourceType } from '@kaito/controller-runtime';
import { startTestCluster } from '@kaito/testkit';
import type { TestCluster } from '@kaito/testkit';
import { deployments, pods, services } from '@kaito/types';
import * as z from 'zod';

import { startNodeAgent } from '../../src/node-agent/start-node-agent.ts';
import type { NodeAgent, NodeAgentOptions } from '../../src/node-agent/start-node-agent.ts';
import { Machines } from './machines.ts';
import { until } from './until.ts';
import type { Wish } from './until.ts';

export const ECHO = path.join(import.meta.dirname, 'echo-server.ts');
export const NODE = 'aks-wspool-12345678-vmss000000';
export const NAMESPACE = 'default';
export const NO_SIGNAL = new AbortController().signal;

export const IMAGES = [
  { image: 'kaito.local/echo:v1', entrypoint: ['node', ECHO], env: { PROGRAM: 'first' } },
  { image: 'kaito.local/echo:v2', entrypoint: ['node', ECHO], env: { PROGRAM: 'second' } },
  { image: 'kaito.local/shell:*', entrypoint: [], cmd: ['sh'] },
];

export const configMaps: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  isNamespaced: true,
};
export const leases: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  isNamespaced: true,
};
const serviceAccounts: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
  isNamespaced: true,
};

const Answer = z.object({
  program: z.string().optional(),
  args: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  workingDirectory: z.string(),
  started: z.string(),
  file: z.string().optional(),
});
export type Answer = z.infer<typeof Answer>;

const DeploymentStatus = z.object({
  status: z
    .object({
      observedGeneration: z.int().optional(),
      updatedReplicas: z.int().optional(),
      readyReplicas: z.int().optional(),
    })
    .default({}),
});
const ServiceAddress = z.object({ spec: z.object({ clusterIP: z.string() }) });
const WithConditions = z.object({
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })) }),
});
const Restarts = z.object({ status: z.object({ containerStatuses: z.array(z.object({ restartCount: z.int() })) }) });

export function conditionOf(object: KubernetesObject | undefined, type: string): string | undefined {
  return WithConditions.safeParse(object).data?.status.conditions.find((condition) => condition.type === type)?.status;
}

export function restartsOf(object: KubernetesObject | undefined): number | undefined {
  return Restarts.safeParse(object).data?.status.containerStatuses[0]?.restartCount;
}

export function mentions(text: string): Wish {
  return (object) => JSON.stringify(object ?? {}).includes(text);
}

/** A probe that fails with the first refusal, and not because the machine is slow. */
export const STRICT = {
  httpGet: { path: '/healthz', port: 'http' },
  periodSeconds: 1,
  timeoutSeconds: 30,
  failureThreshold: 1,
};

/** Until it has answered once, nobody asks whether it lives. */
export const PATIENT = { httpGet: STRICT.httpGet, periodSeconds: 1, timeoutSeconds: 30, failureThreshold: 300 };

export interface EchoOptions {
  readonly image?: string;
  /** Over the container as it is otherwise. */
  readonly container?: Readonly<Record<string, unknown>>;
  readonly volumes?: readonly unknown[];
}

/** A real control plane, simulated machines, and the agent between them. */
export class AgentWorld {
  readonly machines = new Machines();
  readonly cluster: TestCluster;
  readonly directory: string;
  #agent: NodeAgent | undefined;

  private constructor(cluster: TestCluster, directory: string) {
    this.cluster = cluster;
    this.directory = directory;
  }

  static async start(): Promise<AgentWorld> {
    const directory = await mkdtemp(path.join(tmpdir(), 'kaito-node-agent-'));
    const world = new AgentWorld(await startTestCluster(), directory);
    await world.machines.listen();
    await world.startAgent();
    const account = { name: 'default', namespace: NAMESPACE };
    await until(world.cluster.kubernetes, serviceAccounts, account, (object) => object !== undefined); // pods need it
    return world;
  }

  async stop(): Promise<void> {
    await this.stopAgent();
    await this.machines.close();
    await this.cluster.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  async startAgent(overrides: Partial<NodeAgentOptions> = {}): Promise<void> {
    this.#agent = await startNodeAgent({ ...this.#options(), ...overrides });
  }

  async stopAgent(): Promise<void> {
    await this.#agent?.stop();
    this.#agent = undefined;
  }

  #options(): NodeAgentOptions {
    const { controlPlane, kubernetes } = this.cluster;
    const serving = { commonName: 'node-agent', ipAddresses: ['127.0.0.1'], usages: ['server'] } as const;
    const certificate = controlPlane.certificateAuthority.issue(serving);
    return {
      kubernetes,
      apiServer: { host: '127.0.0.1', port: controlPlane.apiServerPort },
      clock: systemClock,
      logger: silentLogger,
      random: Math.random,
      simulator: { endpoint: this.machines.endpoint },
      directory: this.directory,
      podCidr: controlPlane.network.podCidr,
      images: IMAGES,
      programDirectory: this.directory,
      kubelet: { host: '127.0.0.1', port: 0, ...certificate, clientCaPem: controlPlane.caPem },
      serviceAddressesFile: path.join(this.directory, 'services.json'),
      timeScale: 0.01,
    };
  }

  async apply(type: ResourceType, manifest: Manifest): Promise<KubernetesObject> {
    return this.cluster.kubernetes.apply({ type, manifest, fieldManager: 'test', isForced: true }, NO_SIGNAL);
  }

  /** A pod straight on the node, past the scheduler. */
  async runPod(name: string, spec: Readonly<Record<string, unknown>>): Promise<void> {
    const metadata = { name, namespace: NAMESPACE };
    const manifest = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: NODE, ...spec } };
    await this.cluster.kubernetes.create({ type: pods, manifest, fieldManager: 'test' }, NO_SIGNAL);
  }

  async untilPod(name: string, wish: Wish): Promise<KubernetesObject | undefined> {
    return until(this.cluster.kubernetes, pods, { name, namespace: NAMESPACE }, wish);
  }

  /** The one pod of the Deployment. */
  async echoPod(): Promise<string> {
    const selection = { type: pods, namespace: NAMESPACE, labelSelector: 'app=echo' };
    const { items } = await this.cluster.kubernetes.list(selection, NO_SIGNAL);
    return items[0]?.metadata.name ?? '';
  }

  /** Applies the Deployment and asks its new pod through the Service once it is Ready. */
  async rollOut(options: EchoOptions): Promise<Answer> {
    const applied = await this.apply(deployments, echoDeployment(options));
    await until(this.cluster.kubernetes, deployments, { name: 'echo', namespace: NAMESPACE }, (object) => {
      const { observedGeneration, updatedReplicas, readyReplicas } = DeploymentStatus.parse(object).status;
      return observedGeneration === applied.metadata.generation && updatedReplicas === 1 && readyReplicas === 1;
    });
    return this.ask('');
  }

  async ask(query: string): Promise<Answer> {
    const key = { name: 'echo', namespace: NAMESPACE };
    const service = ServiceAddress.parse(await this.cluster.kubernetes.get({ type: services, key }, NO_SIGNAL));
    return Answer.parse(JSON.parse(await getWhenRouted(service.spec.clusterIP, `/${query}`)));
  }

  /** Resolves once the pod has printed something: its log is read while it answers already. */
  async logged(pod: string): Promise<void> {
    while ((await this.logs(pod)) === '') {
      await sleep(20);
    }
  }

  /** What `kubectl logs` shows. */
  async logs(pod: string, query = ''): Promise<string> {
    const { controlPlane } = this.cluster;
    const url = `${controlPlane.server}/api/v1/namespaces/${NAMESPACE}/pods/${pod}/log?${query}`;
    const headers = { authorization: `Bearer ${controlPlane.token('admin')}` };
    return new Promise((resolve, reject) => {
      httpsRequest(url, { ca: controlPlane.caPem, headers, agent: false }, (response) => {
        resolve(textOf(response));
      })
        .once('error', reject)
        .end();
    });
  }
}

function echoDeployment({ image = 'kaito.local/echo:v1', container = {}, volumes = [] }: EchoOptions): Manifest {
  const labels = { app: 'echo' };
  const echo = {
    name: 'echo',
    image,
    args: ['--port', '8080'],
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 1 },
    ...container,
  };
  const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 5, volumes, containers: [echo] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'echo', namespace: NAMESPACE },
    spec: { replicas: 1, strategy: { type: 'Recreate' }, selector: { matchLabels: labels }, template },
  };
}

export async function get(host: string, port: number, file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host, port, path: file, agent: false }, (response) => {
      resolve(textOf(response));
    })
      .once('error', reject)
      .end();
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  const chunks = await response.toArray();
  return chunks.join('');
}

const LONGEST_WAIT_MS = 120_000;

/** The EndpointSlice follows the pod's readiness a moment later, and the proxy the EndpointSlice. */
async function getWhenRouted(host: string, file: string): Promise<string> {
  for (const deadline = performance.now() + LONGEST_WAIT_MS; ; await sleep(20)) {
    try {
      return await get(host, 80, file);
    } catch (error) {
      if (performance.now() > deadline) {
        throw error;
      }
    }
  }
}

/** Processes of this machine whose environment has this entry. */
export async function processesWith(variable: string): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/u.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      const entries = (await readFile(`/proc/${id}/environ`, 'utf8').catch(() => '')).split('\0');
      return entries.includes(variable) ? [id] : [];
    }),
  );
  return found.flat();
}
