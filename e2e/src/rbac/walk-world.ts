import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import {
  controllerProgram,
  CONTROLLERS,
  kubeconfig,
  MACHINE,
  ManagedProcess,
  simulatorEndpoint,
  startLocalCluster,
} from '@kaito/local-cloud';
import type {
  ControllerName,
  LocalCluster,
  LocalClusterOptions,
  ProgramOptions,
  Provisioner,
} from '@kaito/local-cloud';
import { machines, nodeClaims, nodePools } from '@kaito/types';

import { SimulatorClient } from '../simulator-client.ts';
import type { TlsProxy } from '../tls-proxy.ts';
import { AuditLog } from './audit-log.ts';
import { doublingProxy } from './doubling-proxy.ts';
import { installForeignKinds } from './foreign-kinds.ts';

/** A local cluster in which everything that the controllers ask of the API server is recorded. */
export interface WalkWorld {
  readonly cluster: LocalCluster;
  readonly simulator: SimulatorClient;
  readonly audit: AuditLog;
  /** Absent: both, and the workspace-controller finds out by itself that nodes come of Machines. */
  startControllers(names?: readonly ControllerName[], way?: Provisioner): void;
  /** Gracefully, so that their leases are given back; absent: all that run. */
  stopControllers(names?: readonly ControllerName[]): Promise<void>;
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
  const running = new Map<ControllerName, ManagedProcess>();
  const stopControllers = async (names = CONTROLLERS): Promise<void> => {
    await Promise.all(names.map(async (name) => running.get(name)?.stop()));
    names.forEach((name) => running.delete(name));
  };
  const stop = async (): Promise<void> => {
    await stopControllers();
    proxy.close();
    await cluster.stop();
  };
  try {
    await installForeignKinds(cluster.kubernetes, signal);
    const kubeconfigFile = await kubeconfigFor('workspace-controller', cluster, await proxy.listen());
    return {
      cluster,
      simulator: new SimulatorClient(simulatorEndpoint(wiring), controlPlane.caPem),
      audit: new AuditLog(auditLogFile, CONTROLLERS),
      startControllers: (names = CONTROLLERS, way = MACHINE) => {
        for (const name of names) {
          running.set(name, new ManagedProcess(programOf(name, cluster, { kubeconfigFile, way })));
        }
      },
      stopControllers,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Whoever asks for nodes and hears that the name is taken already looks by whom. */
function proxyBefore({ controlPlane }: LocalCluster): TlsProxy {
  const { certificateAuthority, caPem, server } = controlPlane;
  const usages = ['server'] as const;
  const certificate = certificateAuthority.issue({ commonName: 'doubling-proxy', ipAddresses: ['127.0.0.1'], usages });
  return doublingProxy(
    [machines, nodeClaims, nodePools].map(({ plural }) => plural),
    { upstream: server, caPem, ...certificate },
  );
}

async function kubeconfigFor(
  name: ControllerName,
  { controlPlane, wiring }: LocalCluster,
  apiServer: string,
): Promise<string> {
  const file = path.join(wiring.paths.state, `kubeconfig-doubling-${name}`);
  await writeFile(file, kubeconfig(apiServer, controlPlane.caPem, name, controlPlane.token(name)), { mode: 0o600 });
  return file;
}

function programOf(
  name: ControllerName,
  { wiring }: LocalCluster,
  { kubeconfigFile, way }: { readonly kubeconfigFile: string; readonly way: Provisioner },
): ProgramOptions {
  return name === 'workspace-controller'
    ? controllerProgram(
        name,
        { ...wiring, provisioner: way },
        { kubeconfig: kubeconfigFile, armEndpoint: simulatorEndpoint(wiring) },
      )
    : controllerProgram(name, wiring);
}
