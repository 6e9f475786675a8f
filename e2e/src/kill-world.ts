import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { controllerProgram, kubeconfig, simulatorEndpoint, startLocalCluster } from '@kaito/local-cloud';
import type { ControllerName, LocalCluster, LocalClusterOptions } from '@kaito/local-cloud';

import { ControllerUnderTest } from './controller-under-test.ts';
import { KillSwitch } from './kill-switch.ts';
import type { Subject } from './kill-run.ts';
import { SimulatorClient } from './simulator-client.ts';
import { WriteGate } from './write-gate.ts';

/** A local cluster whose controllers talk to the API server and to ARM through gates. */
export interface KillWorld {
  readonly cluster: LocalCluster;
  readonly simulator: SimulatorClient;
  readonly subjects: readonly Subject[];
  stop(): Promise<void>;
}

const CONTROLLERS: readonly ControllerName[] = ['workspace-controller', 'gpu-provisioner'];

export async function startKillWorld(
  options: Omit<LocalClusterOptions, 'controllers'>,
  signal: AbortSignal,
): Promise<KillWorld> {
  const cluster = await startLocalCluster({ ...options, controllers: [] }, signal);
  const gates: WriteGate[] = [];
  const subjects: Subject[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(subjects.map(async ({ controller }) => controller.stop()));
    gates.forEach((gate) => {
      gate.close();
    });
    await cluster.stop();
  };
  try {
    for (const name of CONTROLLERS) {
      subjects.push(await startSubject(name, cluster, gates));
    }
    const { caPem } = cluster.controlPlane;
    return { cluster, simulator: new SimulatorClient(simulatorEndpoint(cluster.wiring), caPem), subjects, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startSubject(name: ControllerName, cluster: LocalCluster, gates: WriteGate[]): Promise<Subject> {
  const { controlPlane, wiring } = cluster;
  const killSwitch = new KillSwitch();
  const certificate = controlPlane.certificateAuthority.issue({
    commonName: 'write-gate',
    ipAddresses: ['127.0.0.1'],
    usages: ['server'],
  });
  const gateTo = async (upstream: string): Promise<string> => {
    const gate = new WriteGate({ upstream, caPem: controlPlane.caPem, ...certificate, killSwitch });
    gates.push(gate);
    return gate.listen();
  };
  const apiServer = await gateTo(controlPlane.server);
  const armEndpoint = await gateTo(simulatorEndpoint(wiring));
  const file = path.join(wiring.paths.state, `kubeconfig-gate-${name}`);
  await writeFile(file, kubeconfig(apiServer, controlPlane.caPem, name, controlPlane.token(name)), { mode: 0o600 });
  const controller = new ControllerUnderTest(controllerProgram(name, wiring, { kubeconfig: file, armEndpoint }));
  controller.start();
  return { name, controller, killSwitch };
}
