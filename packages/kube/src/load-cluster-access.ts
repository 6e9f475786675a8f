import { access, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import { ClusterAccessError } from './cluster-access.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { plainKubeconfig } from './plain-kubeconfig.ts';
import { tokenFromFile } from './token-file.ts';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Finds the cluster as kubectl does: `KUBECONFIG`, else the pod's own service account, else `~/.kube/config`. */
export async function loadClusterAccess(
  environment: Readonly<Record<string, string | undefined>>,
  serviceAccountDirectory = SERVICE_ACCOUNT,
): Promise<ClusterAccess> {
  const { KUBECONFIG: paths, KUBERNETES_SERVICE_HOST: host, HOME: home } = environment;
  if (paths !== undefined && paths !== '') {
    return fromKubeconfig(paths.split(delimiter).filter((path) => path !== ''));
  }
  if (host !== undefined && host !== '') {
    return fromServiceAccount(host, environment['KUBERNETES_SERVICE_PORT'] ?? '443', serviceAccountDirectory);
  }
  const path = join(home ?? '/', '.kube', 'config');
  if (await exists(path)) {
    return fromKubeconfig([path]);
  }
  throw new ClusterAccessError(`no cluster is configured: set KUBECONFIG, run in a pod, or write ${path}`);
}

async function fromServiceAccount(host: string, port: string, directory: string): Promise<ClusterAccess> {
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    caPem: await readFile(join(directory, 'ca.crt'), 'utf8'),
    token: tokenFromFile(join(directory, 'token')),
  };
}

/** Plain files are read here; only what needs a plugin or YAML loads the SDK, which costs 35 MB. */
async function fromKubeconfig(paths: readonly string[]): Promise<ClusterAccess> {
  const [path, ...others] = paths;
  if (path !== undefined && others.length === 0) {
    const plain = await plainKubeconfig(path);
    if (plain !== undefined) {
      return plain;
    }
  }
  const { sdkKubeconfig } = await import('./sdk-kubeconfig.ts');
  return sdkKubeconfig(paths);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
