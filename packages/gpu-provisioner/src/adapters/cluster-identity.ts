import type { Clock, Kubernetes, Logger, ResourceType } from '@kaito/controller-runtime';

const namespaces: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  isNamespaced: false,
};

/** Throws when it cannot be read. */
export async function readClusterIdentity(kubernetes: Kubernetes, signal: AbortSignal): Promise<string> {
  const system = await kubernetes.get({ type: namespaces, key: { name: 'kube-system' } }, signal);
  if (system === undefined) {
    throw new Error('the cluster has no namespace kube-system');
  }
  return system.metadata.uid;
}

const RETRY_MS = 2_000;

/**
 * What tells this Kubernetes cluster from every other, so that a provisioner that was pointed at the wrong AKS
 * cluster never takes that one's pools for its own. Undefined when the signal aborts first.
 */
export async function clusterIdentity(
  { clock, kubernetes, logger }: { kubernetes: Kubernetes; clock: Clock; logger: Logger },
  signal: AbortSignal,
): Promise<string | undefined> {
  while (!signal.aborted) {
    try {
      const system = await kubernetes.get({ type: namespaces, key: { name: 'kube-system' } }, signal);
      if (system !== undefined) {
        return system.metadata.uid;
      }
      logger.warn({}, 'Waiting for the namespace kube-system');
    } catch (error) {
      logger.warn({ err: error }, 'Reading the namespace kube-system failed');
    }
    await clock.sleep(RETRY_MS, signal).catch(() => undefined); // the loop looks whether it was aborted
  }
  return undefined;
}
