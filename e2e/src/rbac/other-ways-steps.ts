import type { Kubernetes } from '@kaito/controller-runtime';
import { BRING_YOUR_OWN, NODE_CLAIM, NODE_POOL } from '@kaito/local-cloud';
import type { Provisioner } from '@kaito/local-cloud';
import { nodePoolName, nodePools } from '@kaito/types';

import { until } from '../life.ts';
import type { Life } from '../life.ts';
import type { NodeClaimLife } from './node-claim-life.ts';
import { createAll, deleteAll, lifeIn, together } from './step.ts';
import type { Step } from './step.ts';
import type { WalkWorld } from './walk-world.ts';

/** Workspaces whose nodes do not come of Machines; those of the NodeClaims are there before. */
export function otherWaysSteps(world: WalkWorld, brought: readonly NodeClaimLife[]): readonly Step[] {
  const { kubernetes } = world.cluster;
  const lives = (...names: readonly string[]): readonly Life[] => names.map((name) => lifeIn(world, name));
  const claiming = lives('claiming-1', 'claiming-2');
  const pooling = lives('pooling-1', 'pooling-2');
  const owning = lives(...brought.map(({ name }) => name));
  return [
    ...lifeSteps(world, NODE_CLAIM, claiming),
    ...lifeSteps(world, NODE_POOL, pooling, [
      'NodePools that somebody scales to nothing are scaled back',
      async (signal) => together(pooling, async (one) => emptyPool(kubernetes, one, signal)),
    ]),
    ...lifeSteps(world, BRING_YOUR_OWN, owning),
  ];
}

function lifeSteps(
  world: WalkWorld,
  way: Provisioner,
  all: readonly Life[],
  ...between: readonly Step[]
): readonly Step[] {
  return [
    [
      `${way.name}: the workspace-controller starts`,
      async () => {
        await world.stopControllers(['workspace-controller']);
        world.startControllers(['workspace-controller'], way);
      },
    ],
    [`${way.name}: Workspaces are created`, async (signal) => createAll(all, signal)],
    [`${way.name}: they become Ready`, async (signal) => together(all, async (one) => one.ready(signal))],
    ...between,
    [`${way.name}: they are deleted`, async (signal) => deleteAll(all, signal)],
  ];
}

async function emptyPool(kubernetes: Kubernetes, { name }: Life, signal: AbortSignal): Promise<void> {
  const pool = { type: nodePools, key: { name: nodePoolName('default', name) } };
  await kubernetes.patch({ ...pool, body: { spec: { replicas: 0 } }, fieldManager: 'kaito-e2e' }, signal);
  await until(async () => {
    const { data } = nodePools.schema.safeParse(await kubernetes.get(pool, signal));
    return data?.spec.replicas === 1;
  }, signal);
}
