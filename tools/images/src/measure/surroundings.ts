import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { kubernetesOverHttp } from '@kaito/kube';
import { freePort, installCustomKinds, startArmSimulator, startControlPlane } from '@kaito/local-cloud';
import type { ControlPlaneBinaries } from '@kaito/local-cloud';

import type { RunOptions } from '../container/run-image.ts';
import type { Image } from '../image.ts';

/** What the programs in the images are started against. */
export interface Surroundings {
  /** How a container of the image is started, and the address that says when it is ready. */
  program(image: Image): Promise<{ readonly run: RunOptions; readonly readyUrl: string }>;
  stop(): Promise<void>;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const AZURE_FILES = '/var/run/secrets/azure';
const MODEL = '/workspace/model.gguf';
const TENANT = '00000000-0000-0000-0000-000000000000';
const CONTROLLERS = ['workspace-controller', 'gpu-provisioner'] as const;
const MASTERS = ['system:masters'];

/** A real API server, a simulated Azure, and the small model. */
export async function startSurroundings(
  { binaries, directory, modelFile }: SurroundingsOptions,
  signal: AbortSignal,
): Promise<Surroundings> {
  const accounts = CONTROLLERS.map((user) => ({ user, groups: MASTERS }));
  const controlPlane = await startControlPlane(
    { binaries, directory: path.join(directory, 'control-plane'), accounts, components: ['etcd', 'kube-apiserver'] },
    signal,
  );
  const { apiServerPort, caPem, server } = controlPlane;
  const kubernetes = kubernetesOverHttp(
    { server, caPem, token: () => controlPlane.token('admin') },
    { userAgent: 'kaito-images' },
  );
  await installCustomKinds(kubernetes, signal);
  kubernetes.close();
  const azure = await startArmSimulator();
  const azureFiles = await folder(path.join(directory, 'azure'), { 'ca.crt': azure.caPem, token: 'a.b.c' });
  const inPod = async (user: string): Promise<RunOptions> => ({
    environment: {
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_PORT: String(apiServerPort),
      SYSTEM_NAMESPACE: 'default',
      POD_NAME: `${user}-0`,
      METRICS_BIND_ADDRESS: `127.0.0.1:${await freePort()}`,
    },
    mounts: [
      {
        source: await folder(path.join(directory, user), { 'ca.crt': caPem, token: controlPlane.token(user) }),
        target: SERVICE_ACCOUNT,
      },
      { source: azureFiles, target: AZURE_FILES },
    ],
  });
  return {
    program: async ({ name }) =>
      name === 'inference-server'
        ? inferenceServer(modelFile)
        : controller(await inPod(name), name === 'gpu-provisioner' ? azureEnvironment(azure) : {}),
    stop: async () => {
      await azure.close();
      await controlPlane.stop();
    },
  };
}

export interface SurroundingsOptions {
  readonly binaries: ControlPlaneBinaries;
  /** For state; the caller removes it. */
  readonly directory: string;
  readonly modelFile: string;
}

type Program = Awaited<ReturnType<Surroundings['program']>>;

async function controller(pod: RunOptions, more: Readonly<Record<string, string>>): Promise<Program> {
  const health = `127.0.0.1:${await freePort()}`;
  const environment = { ...pod.environment, ...more, HEALTH_PROBE_BIND_ADDRESS: health };
  return { run: { ...pod, environment }, readyUrl: `http://${health}/readyz` };
}

function azureEnvironment({
  cluster,
  endpoint,
}: Awaited<ReturnType<typeof startArmSimulator>>): Readonly<Record<string, string>> {
  return {
    ARM_SUBSCRIPTION_ID: cluster.subscriptionId,
    LOCATION: cluster.location,
    ARM_RESOURCE_GROUP: cluster.resourceGroup,
    AZURE_CLUSTER_NAME: cluster.clusterName,
    AZURE_TENANT_ID: TENANT,
    AZURE_CLIENT_ID: TENANT,
    AZURE_FEDERATED_TOKEN_FILE: `${AZURE_FILES}/token`,
    AZURE_AUTHORITY_HOST: endpoint,
    ARM_ENDPOINT: endpoint,
    NODE_EXTRA_CA_CERTS: `${AZURE_FILES}/ca.crt`,
  };
}

async function inferenceServer(modelFile: string): Promise<Program> {
  const port = await freePort();
  return {
    run: {
      args: ['--model', MODEL, '--port', String(port)],
      environment: { HOST: '127.0.0.1' },
      mounts: [{ source: modelFile, target: MODEL }],
    },
    readyUrl: `http://127.0.0.1:${port}/health`,
  };
}

/** Readable for the unprivileged user of the container. */
async function folder(directory: string, files: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o755 });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(path.join(directory, name), content, { mode: 0o644 });
  }
  return directory;
}
