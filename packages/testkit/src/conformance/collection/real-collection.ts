import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import type { Kubernetes } from '@kaito/controller-runtime';

import type { TestCluster } from '../../test-cluster.ts';
import { apiVersionOf, kinds } from '../api/kinds.ts';
import { aWorkspace } from '../api/manifests.ts';
import { realApiServer } from '../api/real-api-server.ts';
import type { CollectionDriver } from './collection-driver.ts';

const fieldManager = 'conformance';
const DEADLINE_MS = 60_000;
/** It looks for new kinds every half minute. */
const PROBE_DEADLINE_MS = 120_000;
const POLL_MS = 25;
/** Looks in a row that show the same: what only passes by does not count. */
const LOOKS = 3;
/** Every kind is told of by a watch of its own. */
const PROBES = [
  { type: kinds.configMaps, fields: {} },
  { type: kinds.workspaces, fields: aWorkspace },
  { type: kinds.machines, fields: { spec: {} } },
] as const;

/**
 * The real collector. It says nowhere that it has come to rest: it has seen all there is once it has collected what
 * was made last; from then on what is shown is what was expected, once it is so, or what there is when time is up.
 */
export function realCollection(
  cluster: TestCluster,
  namespace: string,
  expected: readonly unknown[],
): CollectionDriver {
  let shown = 0;
  return {
    ...realApiServer(cluster, namespace),
    rest: async (project) => {
      const wanted = expected[shown];
      shown += 1;
      await collectorHasSeenAll(cluster.kubernetes, namespace);
      const deadline = performance.now() + DEADLINE_MS;
      for (let seen = await project(), looks = 0; ; seen = await project()) {
        looks = isDeepStrictEqual(seen, wanted) ? looks + 1 : 0;
        if (looks >= LOOKS || performance.now() > deadline) {
          return seen;
        }
        await sleep(POLL_MS);
      }
    },
  };
}

export async function collectorHasSeenAll(kubernetes: Kubernetes, namespace: string): Promise<void> {
  await Promise.all(PROBES.map(async (probe) => collected(kubernetes, probe, namespace)));
}

/** Makes an object whose owner never was, and waits until it is collected. */
async function collected(
  kubernetes: Kubernetes,
  { type, fields }: (typeof PROBES)[number],
  namespace: string,
): Promise<void> {
  const signal = AbortSignal.timeout(PROBE_DEADLINE_MS);
  const scope = type.isNamespaced ? { namespace } : {};
  const uid = '00000000-0000-4000-8000-000000000000';
  const apiVersion = apiVersionOf(type);
  const manifest = {
    apiVersion,
    kind: type.kind,
    metadata: {
      ...scope,
      name: `${namespace}-probe`,
      ownerReferences: [{ apiVersion, kind: type.kind, name: 'never-was', uid }],
    },
    ...fields,
  };
  const { metadata } = await kubernetes.create({ type, manifest, fieldManager }, signal);
  const key = { ...scope, name: metadata.name };
  while ((await kubernetes.get({ type, key }, signal)) !== undefined) {
    await sleep(POLL_MS, undefined, { signal });
  }
}
