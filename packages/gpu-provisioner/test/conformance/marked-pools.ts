import type { ProvisionerWorld } from './provisioner-world.ts';

type Strings = Readonly<Record<string, string>>;

/** The mark of a claim of this cluster that is gone. */
export function mark(world: ProvisionerWorld, claim: string): Strings {
  const namespaces = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', isNamespaced: false };
  const cluster = world.get(namespaces, 'kube-system')?.metadata.uid ?? '';
  return { 'kaito-cluster': cluster, 'kaito-claim': claim, 'kaito-claim-uid': 'of-a-claim-that-is-gone' };
}

/** As if it had been there all the time. */
export function addPool(world: ProvisionerWorld, name: string, tags: Strings, nodeLabels: Strings = {}): void {
  world.cloud.addPool({ name, vmSize: 'Standard_NC6s_v3', osDiskSizeGiB: 0, tags, nodeLabels, nodeTaints: [] });
}
