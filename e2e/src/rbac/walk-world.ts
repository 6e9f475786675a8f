import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import {
  controllerProgram,
  CONTROLLERS,
  kubeconfig,
  ManagedProcess,
  simulatorEndpoint,
  startLocalCluster,
} from '@kaito/local-cloud';
import type { ControllerName, LocalCluster, LocalClusterOptions, ProgramOptions } from '@kaito/local-cloud';
import { machines } from '@kaito/types';

import { SimulatorClient } from '../simulator-client.ts';
import type { TlsProxy } from '../tls-proxy.ts';
import { AuditLog } from './audit-log.ts';
import { doublingProxy } from './doubling-proxy.ts';

/** A local cluster in which everything that the controllers ask of the API server is recorded. */
export interface WalkWorld {
  readonly cluster: LocalCluster;
  readonly simulator: SimulatorClient;
  readonly audit: AuditLog;
  startControllers(): void;
  /** Gracefully, so that their leases are given back. */
  stopControllers(): Promise<void>;
  stop(): Promise<void>;
}

export async function startWalkWorld(
  options: Omit<LocalClusterOptions, 'controllers' | 'auditLogFile'>,
  signal: AbortSignal,
): Promise<WalkWorld> {
  const auditLogFile = path.join(options.paths.state, '../audit.log');
  const cluster = await startLocalCluster({ ...options, controllers: [], auditLogFile }, signal);
  const { controlPlane, wiring } = cluster;
  const proxy = proxyBefore(cluster);
  let running: readonly ManagedProcess[] = [];
  const stopControllers = async (): Promise<void> => {
    await Promise.all(running.map(async (controller) => controller.stop()));
    running = [];
  };
  const stop = async (): Promise<void> => {
    await stopControllers();
    proxy.close();
    await cluster.stop();
  };
  try {
    const programs = await controllerPrograms(cluster, await proxy.listen());
    return {
      cluster,
      simulator: new SimulatorClient(simulatorEndpoint(wiring), controlPlane.caPem),
      audit: new AuditLog(auditLogFile, CONTROLLERS),
      startControllers: () => {
        running = programs.map((program) => new ManagedProcess(program));
      },
      stopControllers,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Whoever creates a claim and hears that it is there already looks whose it is. */
function proxyBefore({ controlPlane }: LocalCluster): TlsProxy {
  const { certificateAuthority, caPem, server } = controlPlane;
  const usages = ['server'] as const;
  const certificate = certificateAuthority.issue({ commonName: 'doubling-proxy', ipAddresses: ['127.0.0.1'], usages });
  return doublingProxy(machines.plural, { upstream: server, caPem, ...certificate });
}

async function controllerPrograms(
  { controlPlane, wiring }: LocalCluster,
  apiServer: string,
): Promise<readonly ProgramOptions[]> {
  const name: ControllerName = 'workspace-controller';
  const file = path.join(wiring.paths.state, `kubeconfig-doubling-${name}`);
  await writeFile(file, kubeconfig(apiServer, controlPlane.caPem, name, controlPlane.token(name)), { mode: 0o600 });
  return [
    controllerProgram(name, wiring, { kubeconfig: file, armEndpoint: simulatorEndpoint(wiring) }),
    controllerProgram('gpu-provisioner', wiring),
  ];
}
