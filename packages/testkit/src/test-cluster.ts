import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import type { Kubernetes } from '@kaito/controller-runtime';
import type { ClusterAccess } from '@kaito/kube';
import type { ControlPlane, ControlPlaneOptions } from '@kaito/local-cloud';
import { customKinds as ownKinds } from '@kaito/types';
import type { CustomKind } from '@kaito/types';

export interface TestCluster {
  readonly controlPlane: ControlPlane;
  /** As `admin`. */
  readonly kubernetes: Kubernetes;
  /** For clients of one's own: of `admin`, or of one of the accounts in the options. */
  access(user?: string): ClusterAccess;
  stop(): Promise<void>;
}

export interface TestClusterOptions extends Partial<Omit<ControlPlaneOptions, 'binaries' | 'directory'>> {
  /** Whose CRDs are installed; absent: all of ours. */
  readonly customKinds?: readonly CustomKind<unknown>[];
}

const START_DEADLINE_MS = 180_000;

/** A real control plane in a directory of its own, with our CRDs; `stop` takes it down and removes everything. */
export async function startTestCluster({
  customKinds = ownKinds,
  ...options
}: TestClusterOptions = {}): Promise<TestCluster> {
  // loaded here, so that a unit test that wants a fake clock does not load a control plane
  const { kubernetesOverHttp } = await import('@kaito/kube');
  const { installCustomKinds, startControlPlane } = await import('@kaito/local-cloud');
  const signal = AbortSignal.timeout(START_DEADLINE_MS);
  const directory = await mkdtemp(path.join(tmpdir(), 'kaito-cluster-'));
  const controlPlane = await startControlPlane({ ...options, binaries: await binaries(), directory }, signal);
  const access = (user = 'admin'): ClusterAccess => ({
    server: controlPlane.server,
    caPem: controlPlane.caPem,
    token: () => controlPlane.token(user),
  });
  const kubernetes = kubernetesOverHttp(access(), { userAgent: 'kaito-tests' });
  await installCustomKinds(kubernetes, signal, customKinds);
  return {
    controlPlane,
    kubernetes,
    access,
    stop: async () => {
      kubernetes.close();
      await controlPlane.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function binaries() {
  const { controlPlaneBinaries } = await import('@kaito/local-cloud');
  const cacheHome = process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
  return controlPlaneBinaries(
    {
      source: path.join(import.meta.dirname, '../../../tools/control-plane'),
      cacheDirectory: path.join(cacheHome, 'kaito'),
      environment: process.env,
      onProgress: () => undefined,
    },
    new AbortController().signal,
  );
}
