import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import type { Kubernetes, ResourceType } from '@kaito/controller-runtime';

import type { ClusterDriver, RestOptions } from './cluster-driver.ts';
import type { Heartbeats } from './heartbeats.ts';

const DEADLINE_MS = 90_000;
/** For what comes after a difference. */
const LOST_DEADLINE_MS = 500;
const START_DEADLINE_MS = 180_000;
const POLL_MS = 25;
/** Looks in a row that show the same: what only passes by does not count. */
const LOOKS = 3;

export interface RealCluster {
  readonly kubernetes: Kubernetes;
  readonly heartbeats: Heartbeats;
  readonly namespace: string;
  /** What the model showed. */
  readonly expected: readonly unknown[];
}

/**
 * The real control plane. It says nowhere that it has come to rest: what is shown is what was expected, once it is so
 * and stays so, or what there is in its place when time is up.
 */
export function realCluster({ expected, heartbeats, kubernetes, namespace }: RealCluster): ClusterDriver {
  let isLost = false;
  const until = async (
    project: () => Promise<unknown>,
    enough: number,
    { afterMs = 0, at }: RestOptions,
  ): Promise<unknown> => {
    const wanted = expected[at];
    const deadline = performance.now() + (isLost ? LOST_DEADLINE_MS : DEADLINE_MS) + afterMs;
    for (let seen = await project(), looks = 0; ; seen = await project()) {
      looks = isDeepStrictEqual(seen, wanted) ? looks + 1 : 0;
      isLost ||= performance.now() > deadline;
      if (looks >= enough || performance.now() > deadline) {
        return seen;
      }
      await sleep(POLL_MS);
    }
  };
  return {
    kubernetes,
    namespace,
    rest: async (project, options) => until(project, LOOKS, options),
    hear: async (ask, options) => until(ask, 1, options),
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
