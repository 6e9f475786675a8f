import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { kubectlWith, simulatorEndpoint, startLocalCluster } from '@kaito/local-cloud';
import type { Kubectl, LocalCluster, LocalClusterOptions } from '@kaito/local-cloud';

import { SimulatorClient } from '../simulator-client.ts';
import { AuditLog } from './audit-log.ts';
import { helmWith } from './helm.ts';
import type { Helm } from './helm.ts';
import { startOciRegistry } from './oci-registry.ts';
import type { OciRegistry } from './oci-registry.ts';

export interface HelmWorldOptions extends Omit<LocalClusterOptions, 'auditLogFile' | 'isForCharts'> {
  readonly programs: { readonly helm: string; readonly registry: string };
  /** Emptied by whoever made it. */
  readonly folder: string;
}

/** A cluster without anything of ours, a simulated Azure, an OCI registry, and helm. */
export interface HelmWorld {
  readonly cluster: LocalCluster;
  readonly simulator: SimulatorClient;
  readonly registry: OciRegistry;
  readonly helm: Helm;
  readonly kubectl: Kubectl;
  readonly audit: AuditLog;
  readonly repository: string;
  /** Writes what helm or kubectl read from a file, and tells its path. */
  file(name: string, content: unknown): Promise<string>;
  stop(): Promise<void>;
}

export async function startHelmWorld(options: HelmWorldOptions, signal: AbortSignal): Promise<HelmWorld> {
  const { binaries, folder, paths, programs } = options;
  const auditLogFile = path.join(folder, 'audit.log');
  const registry = await startOciRegistry(programs.registry, path.join(folder, 'registry'), signal);
  try {
    const cluster = await startLocalCluster({ ...options, auditLogFile, isForCharts: true }, signal);
    const kubeconfig = path.join(paths.state, 'kubeconfig');
    return {
      cluster,
      simulator: new SimulatorClient(simulatorEndpoint(cluster.wiring), cluster.controlPlane.caPem),
      registry,
      helm: helmWith(programs.helm, kubeconfig, path.join(folder, 'helm')),
      kubectl: kubectlWith(binaries.kubectl, kubeconfig),
      audit: new AuditLog(auditLogFile),
      repository: paths.repository,
      file: async (name, content) => {
        const file = path.join(folder, name);
        await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
        return file;
      },
      stop: async () => {
        await cluster.stop();
        await registry.stop();
      },
    };
  } catch (error) {
    await registry.stop();
    throw error;
  }
}
