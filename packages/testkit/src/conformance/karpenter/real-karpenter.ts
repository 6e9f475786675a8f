import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import type { Kubernetes } from '@kaito/controller-runtime';
import type { ControlPlane } from '@kaito/local-cloud';

import { startTestCluster } from '../../test-cluster.ts';
import { testTool } from '../../test-registry.ts';
import { prepareNamespaces } from '../cluster/real-cluster.ts';
import { restAsExpected } from '../rest-as-expected.ts';
import type { KarpenterDriver } from './karpenter-driver.ts';
import { PlayedKubelets } from './played-kubelets.ts';

const START_DEADLINE_MS = 180_000;
const CONTROLLERS = [
  'disruption-controller',
  'garbage-collector-controller',
  'node-lifecycle-controller',
  'pod-garbage-collector-controller',
  'serviceaccount-controller',
];
/** Nobody renews leases here: a Node is as its kubelet said last. */
const PATIENT = ['--node-monitor-period=250ms', '--node-monitor-grace-period=1h'];

/** A control plane with karpenter's kwok provider. */
export interface RealKarpenter {
  /** One scenario's view of it; `expected`: what the model showed. */
  driver(own: string, expected: readonly unknown[]): KarpenterDriver;
  stop(): Promise<void>;
}

/** Returns once scenarios of these names can be played. */
export async function startRealKarpenter(names: readonly string[]): Promise<RealKarpenter> {
  const { installKarpenter } = await import('@kaito/local-cloud');
  const signal = AbortSignal.timeout(START_DEADLINE_MS);
  const program = await testTool('karpenter-kwok');
  const cluster = await startTestCluster({
    components: ['etcd', 'kube-apiserver', 'kube-controller-manager'],
    controllers: CONTROLLERS,
    controllerManagerFlags: PATIENT,
    customKinds: [],
  });
  const { controlPlane, kubernetes } = cluster;
  const ends: (() => Promise<unknown>)[] = [async () => cluster.stop()];
  const end = async (): Promise<void> => {
    for (const one of ends.toReversed()) {
      await one();
    }
  };
  try {
    await installKarpenter(kubernetes, program, signal);
    await prepareNamespaces(kubernetes, names);
    ends.push(await startProgram(program, controlPlane));
    const kubelets = new PlayedKubelets(kubernetes);
    ends.push(async () => kubelets.stop());
    return { driver: (own, expected) => driverOf({ kubernetes, kubelets, own, expected }), stop: end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Gives what ends it. */
async function startProgram(program: string, controlPlane: ControlPlane): Promise<() => Promise<void>> {
  const { freePort, karpenterProgram, ManagedProcess, writeInstanceTypes } = await import('@kaito/local-cloud');
  const directory = await mkdtemp(path.join(tmpdir(), 'kaito-karpenter-'));
  const files = {
    program,
    kubeconfig: path.join(directory, 'kubeconfig'),
    instanceTypes: path.join(directory, 'instance-types.json'),
    log: path.join(directory, 'log'),
  };
  await writeFile(files.kubeconfig, controlPlane.kubeconfig('admin'), { mode: 0o600 });
  await writeInstanceTypes(files.instanceTypes);
  const { environment, ...options } = karpenterProgram(files, [await freePort(), await freePort()]);
  const running = new ManagedProcess({ ...options, environment: { ...environment, HOME: process.env['HOME'] } });
  return async () => {
    await running.stop();
    await rm(directory, { recursive: true, force: true });
  };
}

interface Parts {
  readonly kubernetes: Kubernetes;
  readonly kubelets: PlayedKubelets;
  readonly own: string;
  readonly expected: readonly unknown[];
}

function driverOf({ expected, kubelets, kubernetes, own }: Parts): KarpenterDriver {
  return {
    kubernetes,
    own,
    rest: restAsExpected(expected),
    silence: async (nodeName) => kubelets.silence(nodeName),
  };
}
