import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { controllerProgram, kubeconfig, simulatorEndpoint, startLocalCluster } from '@kaito/local-cloud';
import type { ControllerName, LocalCluster, LocalClusterOptions } from '@kaito/local-cloud';

import { until } from '../life.ts';
import { keyKubeconfig } from './key-kubeconfig.ts';
import { RecordingFront } from './recording-front.ts';
import { keySecret, plantedSecret } from './secret.ts';
import type { Secret } from './secret.ts';
import { createServiceAccount, serviceAccountToken } from './service-account.ts';

const SYSTEM_NAMESPACE = 'kaito-system';

const leases = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  isNamespaced: true,
};
const LEASE = { name: 'ef60f9b0.io', namespace: SYSTEM_NAMESPACE };

const AZURE_AUDIENCE = 'api://AzureADTokenExchange';

/** Where requests with credentials go through. */
export interface Fronts {
  readonly apiServers: readonly RecordingFront[];
  readonly arm: RecordingFront;
  readonly hub: RecordingFront;
}

/** A local cluster in which every secret is known and every request with one goes through a front. */
export interface SecretWorld {
  readonly cluster: LocalCluster;
  readonly fronts: Fronts;
  readonly hubUrl: string;
  /** What a pod gets from a Secret, to show to the hub. */
  readonly hubToken: Secret;
  /** All that were planted or have gone through a front until now. */
  secrets(): readonly Secret[];
  stop(): Promise<void>;
}

/**
 * Both controllers run with the token of a service account, and a second workspace-controller with a client key.
 * Azure refuses everything until its front is told otherwise.
 */
export async function startSecretWorld(
  options: Omit<LocalClusterOptions, 'controllers'>,
  signal: AbortSignal,
): Promise<SecretWorld> {
  const cluster = await startLocalCluster({ ...options, controllers: [] }, signal);
  const open: RecordingFront[] = [];
  const stop = async (): Promise<void> => {
    await cluster.stop();
    open.forEach((front) => {
      front.close();
    });
    await rm(cluster.wiring.paths.state, { recursive: true, force: true });
  };
  try {
    const hub = new RecordingFront({ name: 'the hub', upstream: `http://127.0.0.1:${cluster.wiring.hubPort}` });
    const arm = tlsFront('ARM', simulatorEndpoint(cluster.wiring), cluster);
    const apiServers = [0, 1].map(() => tlsFront('the API server', cluster.controlPlane.server, cluster));
    open.push(hub, arm, ...apiServers);
    const [hubUrl = '', armUrl = '', ...servers] = await Promise.all(open.map(async (front) => front.listen()));
    arm.make(401); // the first token is refused, too
    const [forWorkspaces = '', forPools = ''] = servers;
    const planted = [
      ...(await startController(
        cluster,
        {
          name: 'workspace-controller',
          apiServer: forWorkspaces,
          environment: { HF_ENDPOINT: hubUrl, MACHINE_RETRY_DELAY: '1' },
        },
        signal,
      )),
      ...(await startProvisioner(cluster, forPools, armUrl, signal)),
      ...(await startWithClientKey(cluster, signal)),
    ];
    const hubToken = plantedSecret('the token of the hub', 'hf_');
    const secrets = (): readonly Secret[] => [...planted, hubToken, ...open.flatMap((front) => front.secrets)];
    return { cluster, fronts: { apiServers, arm, hub }, hubUrl, hubToken, secrets, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function tlsFront(name: string, upstream: string, { controlPlane }: LocalCluster): RecordingFront {
  const { certificateAuthority, caPem } = controlPlane;
  const served = { commonName: 'front', ipAddresses: ['127.0.0.1'], usages: ['server'] } as const;
  return new RecordingFront({ name, upstream, tls: { caPem, ...certificateAuthority.issue(served) } });
}

interface Start {
  readonly name: ControllerName;
  readonly apiServer: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** With the token of a service account that has the rights of the chart. */
async function startController(
  { controlPlane, kubernetes, programs, wiring }: LocalCluster,
  { name, apiServer, environment }: Start,
  signal: AbortSignal,
): Promise<readonly Secret[]> {
  const account = { name, namespace: SYSTEM_NAMESPACE };
  await createServiceAccount(kubernetes, account, signal);
  const token = await serviceAccountToken(kubernetes, account, [], signal);
  const file = path.join(wiring.paths.state, `kubeconfig-account-${name}`);
  await writeFile(file, kubeconfig(apiServer, controlPlane.caPem, name, token), { mode: 0o600 });
  const program = controllerProgram(name, wiring);
  programs.start({ ...program, environment: { ...program.environment, KUBECONFIG: file, ...environment } });
  return [{ label: `the token of the service account ${name}`, text: token }];
}

async function startProvisioner(
  cluster: LocalCluster,
  apiServer: string,
  arm: string,
  signal: AbortSignal,
): Promise<readonly Secret[]> {
  const { kubernetes, wiring } = cluster;
  const clientSecret = plantedSecret('AZURE_CLIENT_SECRET');
  const environment = {
    ARM_ENDPOINT: arm,
    AZURE_AUTHORITY_HOST: arm,
    AZURE_CLIENT_SECRET: clientSecret.text, // of a shell that it was started from; it is not used
    AZURE_LOG_LEVEL: 'verbose', // what the SDK says of itself
  };
  const planted = await startController(cluster, { name: 'gpu-provisioner', apiServer, environment }, signal);
  const account = { name: 'gpu-provisioner', namespace: SYSTEM_NAMESPACE };
  const federated = await serviceAccountToken(kubernetes, account, [AZURE_AUDIENCE], signal);
  await writeFile(path.join(wiring.paths.state, 'federated-token'), federated, { mode: 0o600 });
  return [...planted, clientSecret, { label: 'the federated token', text: federated }];
}

/** A replica that waits for the lease, known to the API server by its certificate. */
async function startWithClientKey(
  { controlPlane, kubernetes, programs, wiring }: LocalCluster,
  signal: AbortSignal,
): Promise<readonly Secret[]> {
  await until(async () => (await kubernetes.get({ type: leases, key: LEASE }, signal)) !== undefined, signal);
  const { certificateAuthority, server, caPem } = controlPlane;
  const issued = certificateAuthority.issue({ commonName: 'workspace-controller', usages: ['client'] });
  const file = path.join(wiring.paths.state, 'kubeconfig-client-key');
  await writeFile(file, keyKubeconfig(server, caPem, issued), { mode: 0o600 });
  const program = controllerProgram('workspace-controller', wiring);
  programs.start({
    ...program,
    name: 'second-replica',
    environment: {
      ...program.environment,
      KUBECONFIG: file,
      POD_NAME: 'second-replica',
      HEALTH_PROBE_BIND_ADDRESS: '127.0.0.1:0',
      METRICS_BIND_ADDRESS: '127.0.0.1:0',
    },
    logFile: path.join(wiring.paths.state, 'log/second-replica.log'),
  });
  return [keySecret('the client key of the second replica', issued.keyPem)];
}
