import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

import { kubernetesOverHttp } from '@kaito/kube';
import { controlPlaneBinaries, freePort, installCustomKinds, localPaths, startControlPlane } from '@kaito/local-cloud';
import type { ControlPlane, ControlPlaneBinaries } from '@kaito/local-cloud';
import type { ResourceType } from '@kaito/controller-runtime';

import { CONTROLLER_USER, driverDemands } from './driver-flags.ts';

/** Where its nodes come from: the API of the claims. */
export type Claims = 'nodeclaims' | 'machines';

const BUNDLE = path.join(import.meta.dirname, '../../packages/workspace-controller/dist/main.js');
/** In the directory of an arena: what the controller asked. */
export const AUDIT_LOG = 'audit.log';
const SYSTEM_NAMESPACE = 'kaito-system';

/** The driver's own default, phi-4-mini-instruct, has no image here; this one is of the same size. */
const PRESET = 'phi-3.5-mini-instruct';

const NODE_FLAGS: Readonly<Record<Claims, readonly string[]>> = {
  nodeclaims: ['--node-provisioner=nodeclaim', '--node-class=kaito'],
  machines: ['--node-provisioner=machine'],
};

const namespaces: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  isNamespaced: false,
};

/** A control plane of its own for one command of the driver. */
export interface Arena {
  /** What the driver reads. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface ArenaOptions {
  readonly binaries: ControlPlaneBinaries;
  readonly directory: string;
  readonly claims: Claims;
  /** Flags of Node, such as `--cpu-prof`. */
  readonly nodeFlags: readonly string[];
}

/** The control plane's programs, built where they are not there yet. */
export async function arenaBinaries(onProgress: (share: number) => void, signal: AbortSignal) {
  const { repository, cache } = localPaths(process.env);
  const source = path.join(repository, 'tools/control-plane');
  return controlPlaneBinaries({ source, cacheDirectory: cache, environment: process.env, onProgress }, signal);
}

export async function openArena(options: ArenaOptions, signal: AbortSignal): Promise<Arena> {
  const { binaries, directory } = options;
  const auditLogFile = path.join(directory, AUDIT_LOG);
  await mkdir(directory, { recursive: true });
  const demands = await driverDemands(directory, auditLogFile);
  const controlPlane = await startControlPlane({ ...demands, binaries, directory }, signal);
  try {
    await furnish(controlPlane, signal);
    const environment = await filesFor(options, controlPlane);
    return { environment: { ...environment, AUDIT_LOG: auditLogFile }, stop: async () => controlPlane.stop() };
  } catch (error) {
    await controlPlane.stop();
    throw error;
  }
}

async function furnish(controlPlane: ControlPlane, signal: AbortSignal): Promise<void> {
  const access = { server: controlPlane.server, caPem: controlPlane.caPem, token: () => controlPlane.token('admin') };
  const kubernetes = kubernetesOverHttp(access, { userAgent: 'kaito-bench' });
  try {
    await installCustomKinds(kubernetes, signal);
    const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SYSTEM_NAMESPACE } };
    await kubernetes.create({ type: namespaces, manifest, fieldManager: 'kaito-bench' }, signal);
  } finally {
    kubernetes.close();
  }
}

async function filesFor({ directory, claims, nodeFlags }: ArenaOptions, controlPlane: ControlPlane) {
  const file = (name: string): string => path.join(directory, name);
  await writeFile(file('admin.kubeconfig'), controlPlane.kubeconfig('admin'));
  await writeFile(file('controller.kubeconfig'), controlPlane.kubeconfig(CONTROLLER_USER));
  await writeFile(file('launch.sh'), await launchScript(claims, nodeFlags));
  return {
    KUBECONFIG: file('admin.kubeconfig'),
    CONTROLLER_KUBECONFIG: file('controller.kubeconfig'),
    LAUNCH: file('launch.sh'),
    CONTROLLER_LOG: file('workspace-controller.log'),
    CLAIMS: claims,
    PRESET,
  };
}

/** Ends in the controller itself, so that the driver measures it and no shell. */
async function launchScript(claims: Claims, nodeFlags: readonly string[]): Promise<string> {
  const flags = [
    '--leader-elect=false',
    '--log-level=warn',
    `--system-namespace=${SYSTEM_NAMESPACE}`,
    `--health-probe-bind-address=127.0.0.1:${await freePort()}`,
    `--metrics-bind-address=127.0.0.1:${await freePort()}`,
    ...NODE_FLAGS[claims],
  ];
  const command = [process.execPath, ...nodeFlags, BUNDLE, ...flags].map((word) => `'${word}'`).join(' ');
  return `export KUBECONFIG="$CONTROLLER_KUBECONFIG"\nexec ${command}\n`;
}
