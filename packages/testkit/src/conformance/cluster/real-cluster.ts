import { setTimeout as sleep } from 'node:timers/promises';

import type { Kubernetes, ResourceType } from '@kaito/controller-runtime';

import { restAsExpected } from '../rest-as-expected.ts';
import type { ClusterDriver } from './cluster-driver.ts';
import type { Heartbeats } from './heartbeats.ts';

const START_DEADLINE_MS = 180_000;
const POLL_MS = 25;

export interface RealCluster {
  readonly kubernetes: Kubernetes;
  readonly heartbeats: Heartbeats;
  readonly namespace: string;
  /** What the model showed. */
  readonly expected: readonly unknown[];
}

/** The real control plane. */
export function realCluster({ expected, heartbeats, kubernetes, namespace }: RealCluster): ClusterDriver {
  const until = restAsExpected(expected);
  return {
    kubernetes,
    namespace,
    rest: until,
    hear: async (ask, { at }) => until(ask, { at, looks: 1 }),
    pass: async () => sleep(POLL_MS),
    enliven: async (nodeName) => heartbeats.start(nodeName),
    silence: async (nodeName) => {
      heartbeats.end(nodeName);
    },
  };
}

const namespaces: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  isNamespaced: false,
};
const accounts: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
  isNamespaced: true,
};

/** A namespace takes pods once it has its service account, leases once it is there. */
export async function prepareNamespaces(kubernetes: Kubernetes, names: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(START_DEADLINE_MS);
  for (const name of names) {
    const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    await kubernetes.create({ type: namespaces, manifest, fieldManager: 'conformance' }, signal);
  }
  for (const namespace of [...names, 'kube-node-lease']) {
    while ((await kubernetes.get({ type: accounts, key: { name: 'default', namespace } }, signal)) === undefined) {
      await sleep(POLL_MS, undefined, { signal });
    }
  }
}
