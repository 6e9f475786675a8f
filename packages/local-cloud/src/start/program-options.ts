import path from 'node:path';
import process from 'node:process';

import type { ClusterNetwork } from '../control-plane/network.ts';
import type { ProgramOptions } from '../processes/managed-process.ts';
import { AZURE } from './azure.ts';
import type { ControllerName } from './controller-name.ts';
import type { Paths } from './paths.ts';
import type { Provisioner } from './provisioners/provisioner.ts';
import { SYSTEM_NAMESPACE } from './system-namespace.ts';

/** A simulated node that boots in 80 s of the cloud's time is there after 8 s. */
const CLOUD_SECONDS_PER_SECOND = 0.1;

/** Kubernetes keeps times in whole seconds: what is shorter than a few of them cannot be told apart. */
const SHORTEST_SECONDS = 3;

/** Where the node agent writes down at which address and port each Service answers. */
export const SERVICE_ADDRESSES = 'service-addresses.json';

/** Where the parts of one local cluster find each other. */
export interface Wiring {
  readonly paths: Paths;
  readonly modelFile: string;
  readonly timeScale: number;
  readonly network: ClusterNetwork;
  /** Whether GPUs come by themselves, or with a device plugin's pod. */
  readonly gpus: 'delay' | 'device-plugin';
  readonly simulatorPort: number;
  readonly hubPort: number;
  readonly provisioner: Provisioner;
  readonly controllerPorts: Readonly<Record<ControllerName, { readonly health: number; readonly metrics: number }>>;
}

/** What a controller talks to instead of the real thing; a test puts itself between. */
export interface ControllerUpstreams {
  readonly kubeconfig: string;
  readonly armEndpoint: string;
}

/** The world around the controllers: simulated Azure, model hub, nodes. */
export function environmentPrograms(wiring: Wiring): readonly ProgramOptions[] {
  return [armSimulator(wiring), modelHub(wiring), nodeAgent(wiring)];
}

export function simulatorEndpoint({ simulatorPort }: Wiring): string {
  return `https://127.0.0.1:${simulatorPort}`;
}

/** How many seconds one second of the simulated cloud takes. */
export function cloudScale({ timeScale }: Pick<Wiring, 'timeScale'>): number {
  return CLOUD_SECONDS_PER_SECOND * timeScale;
}

/** One controller, as its Deployment would run it, from its bundle. */
export function controllerProgram(
  name: ControllerName,
  wiring: Wiring,
  upstreams: ControllerUpstreams = {
    kubeconfig: stateFile(wiring, `kubeconfig-${name}`),
    armEndpoint: simulatorEndpoint(wiring),
  },
): ProgramOptions {
  const { paths, controllerPorts } = wiring;
  const own =
    name === 'gpu-provisioner'
      ? azureEnvironment(wiring, upstreams.armEndpoint)
      : { HF_ENDPOINT: `http://127.0.0.1:${wiring.hubPort}` };
  return {
    name,
    command: process.execPath,
    args: [
      path.join(paths.repository, 'packages', name, 'dist/main.js'),
      ...(name === 'workspace-controller' ? nodeFlags(wiring) : []),
    ],
    environment: {
      KUBECONFIG: upstreams.kubeconfig,
      LOG_LEVEL: 'debug',
      HEALTH_PROBE_BIND_ADDRESS: `127.0.0.1:${controllerPorts[name].health}`,
      METRICS_BIND_ADDRESS: `127.0.0.1:${controllerPorts[name].metrics}`,
      SYSTEM_NAMESPACE,
      POD_NAME: `${name}-0`,
      ...own,
    },
    logFile: logFile(wiring, name),
  };
}

function nodeFlags(wiring: Wiring): readonly string[] {
  const { cloudSeconds = {}, flags } = wiring.provisioner;
  const scaled = Object.entries(cloudSeconds).map(
    ([flag, seconds]) => `--${flag}=${Math.max(SHORTEST_SECONDS, seconds * cloudScale(wiring))}`,
  );
  return [...flags, ...scaled];
}

function azureEnvironment(wiring: Wiring, armEndpoint: string): Readonly<Record<string, string>> {
  return {
    ARM_SUBSCRIPTION_ID: AZURE.subscriptionId,
    LOCATION: AZURE.location,
    ARM_RESOURCE_GROUP: AZURE.resourceGroup,
    AZURE_CLUSTER_NAME: AZURE.clusterName,
    AZURE_NODE_RESOURCE_GROUP: AZURE.nodeResourceGroup,
    AZURE_TENANT_ID: AZURE.tenantId,
    AZURE_CLIENT_ID: AZURE.clientId,
    AZURE_FEDERATED_TOKEN_FILE: stateFile(wiring, 'federated-token'),
    AZURE_AUTHORITY_HOST: simulatorEndpoint(wiring),
    ARM_ENDPOINT: armEndpoint,
    TIME_SCALE: String(cloudScale(wiring)),
    NODE_EXTRA_CA_CERTS: stateFile(wiring, 'ca.crt'),
  };
}

function armSimulator(wiring: Wiring): ProgramOptions {
  return ownProgram('arm-simulator', wiring, [
    `--port=${wiring.simulatorPort}`,
    `--ca-file=${stateFile(wiring, 'ca.crt')}`,
    `--cert-file=${stateFile(wiring, 'arm-simulator.crt')}`,
    `--key-file=${stateFile(wiring, 'arm-simulator.key')}`,
    `--scale=${cloudScale(wiring)}`,
    `--subscription-id=${AZURE.subscriptionId}`,
    `--resource-group=${AZURE.resourceGroup}`,
    `--cluster-name=${AZURE.clusterName}`,
    `--location=${AZURE.location}`,
    `--node-resource-group=${AZURE.nodeResourceGroup}`,
  ]);
}

function modelHub(wiring: Wiring): ProgramOptions {
  return ownProgram('model-hub', wiring, [
    `--port=${wiring.hubPort}`,
    `--catalog=${path.join(wiring.paths.repository, 'packages/workspace-controller/presets.yaml')}`,
    `--model=${wiring.modelFile}`,
  ]);
}

function nodeAgent(wiring: Wiring): ProgramOptions {
  const { adoptedNodes } = wiring.provisioner;
  return ownProgram('node-agent', wiring, [
    `--kubeconfig=${stateFile(wiring, 'kubeconfig-node-agent')}`,
    `--simulator=${simulatorEndpoint(wiring)}`,
    `--simulator-ca=${stateFile(wiring, 'ca.crt')}`,
    `--pod-cidr=${wiring.network.podCidr}`,
    `--directory=${stateFile(wiring, 'nodes')}`,
    `--kubelet-cert-file=${stateFile(wiring, 'kubelet.crt')}`,
    `--kubelet-key-file=${stateFile(wiring, 'kubelet.key')}`,
    `--client-ca-file=${stateFile(wiring, 'ca.crt')}`,
    `--service-addresses-file=${stateFile(wiring, SERVICE_ADDRESSES)}`,
    `--time-scale=${wiring.timeScale}`,
    `--gpus=${wiring.gpus}`,
    ...(adoptedNodes === undefined ? [] : [`--adopted-nodes=${adoptedNodes}`]),
  ]);
}

function ownProgram(name: string, wiring: Wiring, args: readonly string[]): ProgramOptions {
  return {
    name,
    command: process.execPath,
    args: [path.join(wiring.paths.repository, 'packages/local-cloud/src', name, 'main.ts'), ...args],
    environment: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    logFile: logFile(wiring, name),
  };
}

export function stateFile({ paths }: Wiring, name: string): string {
  return path.join(paths.state, name);
}

export function logFile({ paths }: Wiring, name: string): string {
  return path.join(paths.state, 'log', `${name}.log`);
}
