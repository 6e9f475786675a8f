import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { LocalCloudError } from '../local-cloud-error.ts';
import { freePort, isPortTaken } from '../processes/free-port.ts';
import { ManagedProcess } from '../processes/managed-process.ts';
import { createCertificateAuthority } from '../tls/certificate-authority.ts';
import type { CertificateAuthority } from '../tls/certificate-authority.ts';
import type { ControlPlaneBinaries, ControlPlaneProgram } from './binary.ts';
import { apiServerFlags, controllerManagerFlags, etcdFlags, schedulerFlags } from './flags.ts';
import type { Layout } from './flags.ts';
import { kubeconfig, tokenFile } from './kubeconfig.ts';
import type { Account } from './kubeconfig.ts';
import { clusterNetwork } from './network.ts';
import type { ClusterNetwork } from './network.ts';

type Component = Exclude<ControlPlaneProgram, 'kubectl'>;

export interface ControlPlaneOptions {
  readonly binaries: ControlPlaneBinaries;
  /** Certificates, data and logs go here. */
  readonly directory: string;
  /** Who may talk to the API server with a token, besides `admin`. */
  readonly accounts?: readonly Account[];
  /** Absent: a free one. */
  readonly apiServerPort?: number | undefined;
  readonly auditLogFile?: string;
  /** Added to the API server's own flags. */
  readonly apiServerFlags?: readonly string[];
  /** Added to the controller-manager's own flags. */
  readonly controllerManagerFlags?: readonly string[];
  /** Of the controller-manager, by name; absent: those that a cluster has, less what needs a cloud. */
  readonly controllers?: readonly string[];
  /** Added to the scheduler's own flags. */
  readonly schedulerFlags?: readonly string[];
  /** Absent: all four. */
  readonly components?: readonly Component[];
}

export interface ControlPlane {
  readonly server: string;
  /** Where etcd listens, without TLS: for tests that make the server forget its history. */
  readonly etcd: string;
  readonly caPem: string;
  readonly certificateAuthority: CertificateAuthority;
  readonly network: ClusterNetwork;
  readonly apiServerPort: number;
  /** The token of `admin` or of one of the accounts. */
  token(user: string): string;
  kubeconfig(user: string): string;
  /** Ends the API server and starts it again on the same port and data. */
  restartApiServer(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

const ALL: readonly Component[] = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
const MASTERS = ['system:masters'];
const READY_DEADLINE_MS = 180_000;

/** These may end at their start, while the API server is not there yet; without the others there is no cluster. */
const MAY_START_LATE: readonly Component[] = ['kube-controller-manager', 'kube-scheduler'];

/** What ends is started again, as the kubelet does with the control plane of a real cluster. */
const RESTART_DELAY_MS = 500;

/** Open watches hold up its graceful end. */
const RESTART_GRACE_MS = 1000;

/** Starts a real control plane on loopback and returns once the API server is ready. */
export async function startControlPlane(options: ControlPlaneOptions, signal: AbortSignal): Promise<ControlPlane> {
  const layout = await newLayout(options);
  const certificateAuthority = createCertificateAuthority({ commonName: `kaito-local-${layout.clusterId}` });
  const tokens = accountTokens(options.accounts ?? []);
  const server = `https://127.0.0.1:${layout.apiServerPort}`;
  await writeFiles(layout, certificateAuthority, tokens, server);

  const processes = new Map<Component, ManagedProcess>();
  let isStopping = false;
  const start = (component: Component): void => {
    const process = startComponent(component, layout, options);
    processes.set(component, process);
    void startAgainAfter(process, component);
  };
  const startAgainAfter = async (process: ManagedProcess, component: Component): Promise<void> => {
    await process.exited;
    await sleep(RESTART_DELAY_MS);
    if (!isStopping) {
      start(component);
    }
  };
  const stop = async (): Promise<void> => {
    isStopping = true;
    for (const component of ALL.toReversed()) {
      await processes.get(component)?.stop(); // etcd last: the API server hangs when its etcd goes first
    }
  };
  try {
    const components = options.components ?? ALL;
    components.forEach(start);
    await apiServerReady(layout, certificateAuthority.caPem, processes, signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    server,
    etcd: `http://127.0.0.1:${layout.etcdClientPort}`,
    caPem: certificateAuthority.caPem,
    certificateAuthority,
    network: layout.network,
    apiServerPort: layout.apiServerPort,
    token: (user) => tokenOf(tokens, user),
    kubeconfig: (user) => kubeconfig(server, certificateAuthority.caPem, user, tokenOf(tokens, user)),
    restartApiServer: async (restartSignal) => {
      await processes.get('kube-apiserver')?.stop(RESTART_GRACE_MS);
      await apiServerReady(layout, certificateAuthority.caPem, new Map(), restartSignal);
    },
    stop,
  };
}

type AccountWithToken = Account & { readonly token: string };

function accountTokens(accounts: readonly Account[]): readonly AccountWithToken[] {
  const all: readonly Account[] = [
    { user: 'admin', groups: MASTERS },
    { user: 'system:kube-controller-manager', groups: [] },
    { user: 'system:kube-scheduler', groups: [] },
    ...accounts,
  ];
  return all.map((account) => ({ ...account, token: randomBytes(16).toString('hex') }));
}

function tokenOf(tokens: readonly AccountWithToken[], user: string): string {
  const account = tokens.find((candidate) => candidate.user === user);
  if (account === undefined) {
    throw new TypeError(`the control plane was started without the account ${user}`);
  }
  return account.token;
}

async function newLayout({ directory, apiServerPort, auditLogFile }: ControlPlaneOptions): Promise<Layout> {
  if (apiServerPort !== undefined && (await isPortTaken(apiServerPort))) {
    throw new LocalCloudError(`port ${apiServerPort} is in use by another program: choose another for the API server`);
  }
  return {
    directory,
    clusterId: randomBytes(4).toString('hex'),
    etcdClientPort: await freePort(),
    etcdPeerPort: await freePort(),
    apiServerPort: apiServerPort ?? (await freePort()),
    controllerManagerPort: await freePort(),
    schedulerPort: await freePort(),
    network: clusterNetwork(randomBytes(4).readUInt32BE() / 2 ** 32),
    auditLogFile,
  };
}

async function writeFiles(
  layout: Layout,
  authority: CertificateAuthority,
  tokens: readonly AccountWithToken[],
  server: string,
): Promise<void> {
  const serving = authority.issue({
    commonName: 'kube-apiserver',
    dnsNames: ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'],
    ipAddresses: ['127.0.0.1', layout.network.kubernetesServiceAddress],
    usages: ['server'],
  });
  const kubelet = authority.issue({
    commonName: 'kube-apiserver-kubelet-client',
    organizations: MASTERS,
    usages: ['client'],
  });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const componentConfig = (user: string): string => kubeconfig(server, authority.caPem, user, tokenOf(tokens, user));
  const files: Readonly<Record<string, string>> = {
    'ca.crt': authority.caPem,
    'api-server.crt': serving.certPem,
    'api-server.key': serving.keyPem,
    'kubelet-client.crt': kubelet.certPem,
    'kubelet-client.key': kubelet.keyPem,
    'service-accounts.key': privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    'tokens.csv': tokenFile(tokens),
    'controller-manager.kubeconfig': componentConfig('system:kube-controller-manager'),
    'scheduler.kubeconfig': componentConfig('system:kube-scheduler'),
    'audit-policy.yaml': JSON.stringify({
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      omitStages: ['RequestReceived'],
      rules: auditRules(tokens),
    }),
  };
  await mkdir(layout.directory, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(path.join(layout.directory, name), content, { mode: 0o600 });
  }
}

/** What an account with rights of its own writes is kept too: some fields take rights beyond those of the request. */
function auditRules(accounts: readonly Account[]): readonly object[] {
  const users = accounts
    .filter(({ user, groups }) => groups.length === 0 && !user.startsWith('system:'))
    .map(({ user }) => user);
  const writes = { level: 'Request', verbs: ['create', 'update', 'patch'], users };
  return [...(users.length === 0 ? [] : [writes]), { level: 'Metadata' }];
}

function startComponent(component: Component, layout: Layout, options: ControlPlaneOptions): ManagedProcess {
  const flags: Readonly<Record<Component, readonly string[]>> = {
    etcd: etcdFlags(layout),
    'kube-apiserver': [...apiServerFlags(layout), ...(options.apiServerFlags ?? [])],
    'kube-controller-manager': [
      ...controllerManagerFlags(layout, options.controllers),
      ...(options.controllerManagerFlags ?? []),
    ],
    'kube-scheduler': [...schedulerFlags(layout), ...(options.schedulerFlags ?? [])],
  };
  const [command, ...first] = options.binaries[component];
  return new ManagedProcess({
    name: component,
    command,
    args: [...first, ...flags[component]],
    environment: {},
    logFile: path.join(layout.directory, 'log', `${component}.log`),
  });
}

async function apiServerReady(
  { apiServerPort }: Layout,
  caPem: string,
  processes: ReadonlyMap<Component, ManagedProcess>,
  signal: AbortSignal,
): Promise<void> {
  for (
    const deadline = performance.now() + READY_DEADLINE_MS;
    performance.now() < deadline;
    await sleep(50, undefined, { signal })
  ) {
    for (const [component, process] of processes) {
      if (process.hasExited && !MAY_START_LATE.includes(component)) {
        throw new LocalCloudError(`${process.name} ended at its start: ${await process.lastLines(2)}`);
      }
    }
    if (await isReady(apiServerPort, caPem)) {
      return;
    }
  }
  throw new LocalCloudError(`the API server was not ready within ${READY_DEADLINE_MS / 1000} s`);
}

async function isReady(port: number, ca: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request({ host: '127.0.0.1', port, path: '/readyz', ca, agent: false, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    probe.once('error', () => {
      resolve(false);
    });
    probe.once('timeout', () => probe.destroy());
    probe.end();
  });
}
