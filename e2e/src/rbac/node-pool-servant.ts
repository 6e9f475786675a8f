import { setTimeout as sleep } from 'node:timers/promises';

import type { Kubernetes, KubernetesObject } from '@kaito/controller-runtime';
import { labels, nodeClaims, nodePools } from '@kaito/types';
import * as z from 'zod';

import { KAITO_CLASS } from './node-claim-life.ts';

const LOOK_MS = 50;
/** For an API server that answers in milliseconds. */
const PATIENCE_MS = 30_000;

/** What is copied from a NodePool to its claims. */
const Pool = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    replicas: z.int(),
    template: z.object({
      metadata: z.object({
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()).optional(),
      }),
      spec: z.looseObject({ requirements: z.array(z.unknown()) }),
    }),
  }),
});
type Pool = z.infer<typeof Pool>;

/**
 * Does for static NodePools what Karpenter does, until `isOver`: as many NodeClaims as replicas, and none for a pool
 * that is gone. They are of the class of gpu-provisioner, which makes the nodes.
 */
export async function serveNodePools(kubernetes: Kubernetes, isOver: AbortSignal): Promise<void> {
  let made = 0;
  const nextName = (): string => {
    made += 1;
    return `pooled${made}`;
  };
  while (!isOver.aborted) {
    await sleep(LOOK_MS);
    await serveAll(kubernetes, nextName, AbortSignal.timeout(PATIENCE_MS));
  }
}

async function serveAll(kubernetes: Kubernetes, nextName: () => string, signal: AbortSignal): Promise<void> {
  const { items } = await kubernetes.list({ type: nodePools }, signal);
  const pools = items.map((pool) => Pool.parse(pool));
  const pooled = await kubernetes.list({ type: nodeClaims, labelSelector: labels.poolWorkspace }, signal);
  const claims = pooled.items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const wanted = new Set<KubernetesObject>();
  for (const pool of pools) {
    const { replicas } = pool.spec;
    const own = claims.filter(({ metadata }) => metadata.labels?.[labels.nodePool] === pool.metadata.name);
    own.slice(0, replicas).forEach((claim) => wanted.add(claim));
    for (let missing = replicas - own.length; missing > 0; missing -= 1) {
      await kubernetes.create({ type: nodeClaims, manifest: claimOf(pool, nextName()), fieldManager }, signal);
    }
  }
  for (const { metadata } of claims.filter((claim) => !wanted.has(claim))) {
    await kubernetes.delete({ type: nodeClaims, key: metadata }, signal);
  }
}

const fieldManager = 'kaito-e2e';

function claimOf({ metadata, spec: { template } }: Pool, name: string) {
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodeClaim',
    metadata: {
      name,
      labels: { ...template.metadata.labels, [labels.nodePool]: metadata.name },
      annotations: template.metadata.annotations ?? {},
    },
    spec: { ...template.spec, nodeClassRef: KAITO_CLASS },
  };
}
