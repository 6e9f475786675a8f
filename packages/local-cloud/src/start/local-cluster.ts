import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Kubernetes } from '@kaito/controller-runtime';
import { kubernetesOverHttp } from '@kaito/kube';
import { customKinds, workspaces } from '@kaito/types';

import { writeClusterFile } from '../cluster-file.ts';
import type { ControlPlaneBinaries } from '../control-plane/binary.ts';
import { installCustomKinds } from '../control-plane/custom-kinds.ts';
import { startControlPlane } from '../control-plane/start.ts';
import type { ControlPlane } from '../control-plane/start.ts';
import { freePort } from '../processes/free-port.ts';
import { listening } from '../processes/listening.ts';
import type { ProgramOptions } from '../processes/managed-process.ts';
import { chartRights } from '../rights/chart-rights.ts';
import { grantRights } from '../rights/grant-rights.ts';
import type { Rights } from '../rights/policy-rule.ts';
import { ACCOUNTS, CONTROLLERS } from './accounts.ts';
import type { Paths } from './paths.ts';
import { controllerProgram, environmentPrograms, logFile, stateFile } from './program-options.ts';
import type { ControllerName } from './controller-name.ts';
import type { Wiring } from './program-options.ts';
import { Programs } from './programs.ts';
import { installKarpenter, karpenterProgram, writeInstanceTypes } from './provisioners/karpenter.ts';
import { MACHINE } from './provisioners/provisioner.ts';
import type { Provisioner } from './provisioners/provisioner.ts';
import { releaseStateDirectory, takeStateDirectory } from './state-directory.ts';
import { SYSTEM_NAMESPACE } from './system-namespace.ts';

export interface LocalClusterOptions {
  readonly paths: Paths;
  readonly binaries: ControlPlaneBinaries;
  /** Stands in for every preset's weights. */
  readonly modelFile: string;
  readonly timeScale: number;
  readonly apiServerPort?: number | undefined;
  /** Keeps every request to the API server, for figures. */
  readonly auditLogFile?: string;
  /** How Workspaces come by their nodes; absent: with Machines. */
  readonly provisioner?: Provisioner;
  /** The program of karpenter's kwok provider, where that makes the nodes. */
  readonly karpenter?: string | undefined;
  /** Absent: those that the provisioner takes. A test may run a controller by itself. */
  readonly controllers?: readonly ControllerName[];
  /** Absent: what the charts give them. */
  readonly rights?: Readonly<Record<ControllerName, Rights>>;
  /** The charts bring everything: kinds, rights, controllers, and the device plugin without which there are no GPUs. */
  readonly isForCharts?: boolean;
  /** Told when a program ended by itself and is started again. */
  readonly onRestart: (program: string, why: string) => void;
}

/** A running cluster: control plane, simulated Azure, model hub, node agent and controllers, each a process. */
export interface LocalCluster {
  readonly controlPlane: ControlPlane;
  readonly kubernetes: Kubernetes;
  readonly programs: Programs;
  readonly wiring: Wiring;
  stop(): Promise<void>;
}

/** Starts everything in an emptied state directory; takes everything down again when a part cannot start. */
export async function startLocalCluster(options: LocalClusterOptions, signal: AbortSignal): Promise<LocalCluster> {
  const { paths, binaries, apiServerPort, auditLogFile } = options;
  const { state } = paths;
  await takeStateDirectory(state);
  const controlPlane = await startControlPlane(
    {
      binaries,
      directory: path.join(state, 'control-plane'),
      accounts: ACCOUNTS,
      ...(apiServerPort === undefined ? {} : { apiServerPort }),
      ...(auditLogFile === undefined ? {} : { auditLogFile }),
    },
    signal,
  );
  const programs = new Programs(options.onRestart);
  const access = { server: controlPlane.server, caPem: controlPlane.caPem, token: () => controlPlane.token('admin') };
  const kubernetes = kubernetesOverHttp(access, { userAgent: 'kaito-local' });
  const stop = async (): Promise<void> => {
    await programs.stop();
    kubernetes.close();
    await controlPlane.stop();
    await releaseStateDirectory(state);
    await rm(path.join(state, 'cluster.json'), { force: true });
  };
  try {
    const isForCharts = options.isForCharts === true;
    if (!isForCharts) {
      await installByHand(kubernetes, options, signal);
    }
    const wiring = await wire(options, controlPlane);
    const started: readonly ProgramOptions[] = [
      ...environmentPrograms(wiring),
      ...(isForCharts ? [] : (options.controllers ?? wiring.provisioner.controllers)).map((name) =>
        controllerProgram(name, wiring),
      ),
      ...(options.karpenter === undefined ? [] : [await karpenter(options.karpenter, wiring)]),
    ];
    started.forEach((program) => {
      programs.start(program);
    });
    await Promise.all([wiring.simulatorPort, wiring.hubPort].map(async (port) => listening(port, signal)));
    await announce(options, controlPlane, wiring);
    return { controlPlane, kubernetes, programs, wiring, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What `helm install` of the charts would make: ours, and Karpenter's where that makes the nodes. */
async function installByHand(
  kubernetes: Kubernetes,
  { karpenter: program, paths, provisioner = MACHINE, rights }: LocalClusterOptions,
  signal: AbortSignal,
): Promise<void> {
  // Machines and NodeClaims come with the chart of the gpu-provisioner.
  const hasOwn = provisioner.controllers.includes('gpu-provisioner');
  await installCustomKinds(kubernetes, signal, hasOwn ? customKinds : [workspaces]);
  if (program !== undefined) {
    await installKarpenter(kubernetes, program, signal);
  }
  await createSystemNamespace(kubernetes, signal);
  for (const name of CONTROLLERS) {
    const given = rights?.[name] ?? (await chartRights(paths.repository, name));
    const more = name === 'workspace-controller' ? (provisioner.rules ?? []) : [];
    await grantRights(kubernetes, name, { ...given, cluster: [...given.cluster, ...more] }, signal);
  }
}

async function karpenter(program: string, wiring: Wiring): Promise<ProgramOptions> {
  const files = {
    program,
    kubeconfig: stateFile(wiring, 'kubeconfig-karpenter'),
    instanceTypes: stateFile(wiring, 'kwok-instance-types.json'),
    log: logFile(wiring, 'karpenter'),
  };
  await writeInstanceTypes(files.instanceTypes);
  return karpenterProgram(files, [await freePort(), await freePort()]);
}

async function createSystemNamespace(kubernetes: Kubernetes, signal: AbortSignal): Promise<void> {
  await kubernetes.apply(
    {
      type: { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', isNamespaced: false },
      manifest: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SYSTEM_NAMESPACE } },
      fieldManager: 'kaito-local',
    },
    signal,
  );
}

/** Certificates, kubeconfigs and ports: all that the programs need to find each other. */
async function wire(options: LocalClusterOptions, controlPlane: ControlPlane): Promise<Wiring> {
  const { paths, modelFile, timeScale } = options;
  const { state } = paths;
  const serving = { ipAddresses: ['127.0.0.1'], dnsNames: ['localhost'], usages: ['server'] } as const;
  const simulator = controlPlane.certificateAuthority.issue({ ...serving, commonName: 'arm-simulator' });
  const kubelet = controlPlane.certificateAuthority.issue({ ...serving, commonName: 'node-agent' });
  const files: Record<string, string> = {
    kubeconfig: controlPlane.kubeconfig('admin'),
    'ca.crt': controlPlane.caPem,
    'arm-simulator.crt': simulator.certPem,
    'arm-simulator.key': simulator.keyPem,
    'kubelet.crt': kubelet.certPem,
    'kubelet.key': kubelet.keyPem,
    'federated-token': 'a token of the local cluster',
  };
  for (const { user } of ACCOUNTS) {
    files[`kubeconfig-${user}`] = controlPlane.kubeconfig(user);
  }
  for (const [name, content] of Object.entries(files)) {
    await writeFile(path.join(state, name), content, { mode: 0o600 });
  }
  return {
    paths,
    modelFile,
    timeScale,
    gpus: options.isForCharts === true ? 'device-plugin' : 'delay',
    network: controlPlane.network,
    provisioner: options.provisioner ?? MACHINE,
    simulatorPort: await freePort(),
    hubPort: await freePort(),
    controllerPorts: {
      'workspace-controller': { health: await freePort(), metrics: await freePort() },
      'gpu-provisioner': { health: await freePort(), metrics: await freePort() },
    },
  };
}

async function announce(
  { paths, binaries }: LocalClusterOptions,
  { server, network }: ControlPlane,
  wiring: Wiring,
): Promise<void> {
  const { state } = paths;
  const [kubectl, ...first] = binaries.kubectl;
  await writeClusterFile(state, {
    pid: process.pid,
    apiServer: server,
    kubeconfig: path.join(state, 'kubeconfig'),
    kubectl: [kubectl, ...first],
    serviceCidr: network.serviceCidr,
    podCidr: network.podCidr,
    simulator: { endpoint: `https://127.0.0.1:${wiring.simulatorPort}`, caFile: path.join(state, 'ca.crt') },
    hub: `http://127.0.0.1:${wiring.hubPort}`,
  });
}
