import type { Kubernetes, ResourceType } from '@kaito/controller-runtime';
import { labels, machines, nodes, pods } from '@kaito/types';

import { until } from '../life.ts';
import type { Life } from '../life.ts';
import { NodeClaimLife } from './node-claim-life.ts';
import { createAll, deleteAll, lifeIn, together, warned } from './step.ts';
import type { Step } from './step.ts';
import type { WalkWorld } from './walk-world.ts';

const namespaces: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  isNamespaced: false,
};

/** Sizes of which the cloud has none, or none for us. */
const SOLD_OUT = 'Standard_NC24ads_A100_v4';
const OVER_QUOTA = 'Standard_NC4as_T4_v3';
const CLOUD = {
  capacity: { [SOLD_OUT]: 0 },
  quotas: { 'Standard NCASv3_T4 Family': 0 },
};

/** Workspaces whose nodes come of Machines, beside NodeClaims of others: those that go well, and those that do not. */
export function machineSteps(world: WalkWorld, claims: readonly NodeClaimLife[]): readonly Step[] {
  const { simulator } = world;
  const { kubernetes } = world.cluster;
  const pairs = ['first', 'second'].map((name) => lifeIn(world, name, { namespace: `team-${name}`, count: 2 }));
  const lost = [
    lifeIn(world, 'no-model', { preset: 'no-such-model' }),
    lifeIn(world, 'sold-out', { instanceType: SOLD_OUT }),
    lifeIn(world, 'over-quota', { instanceType: OVER_QUOTA }),
  ];
  const soldOut = ['soldout1', 'soldout2'].map((name) => new NodeClaimLife(name, kubernetes, SOLD_OUT));
  return [
    ['the gpu-provisioner starts', async () => world.startControllers(['gpu-provisioner'])],
    [
      'Workspaces and NodeClaims are created',
      async (signal) => {
        await simulator.behave(CLOUD, signal);
        await together(['team-first', 'team-second'], async (name) => createNamespace(kubernetes, name, signal));
        await createAll([...pairs, ...lost, ...claims, ...soldOut], signal);
      },
    ],
    ['a Workspace that asks for nonsense is told', async (signal) => warned(kubernetes, 'WorkspaceFailed', signal)],
    [
      'a claim that cannot be met is given up',
      async (signal) => warned(kubernetes, 'InsufficientCapacityError', signal),
    ],
    ['so are NodeClaims', async (signal) => together(soldOut, async (one) => one.gone(signal))],
    ['a claim beyond the quota is told', async (signal) => warned(kubernetes, 'LaunchFailed', signal)],
    [
      'the other Workspaces and NodeClaims become Ready',
      async (signal) => together([...pairs, ...claims], async (one) => one.ready(signal)),
    ],
    [
      'the controllers are replaced',
      async () => {
        await world.stopControllers();
        world.startControllers();
      },
    ],
    [
      'somebody deletes Nodes with pods on them',
      async (signal) => together(pairs, async (one) => loseNode(kubernetes, one, signal)),
    ],
    ['these Workspaces are deleted', async (signal) => deleteAll([...pairs, ...lost], signal)],
  ];
}

async function createNamespace(kubernetes: Kubernetes, name: string, signal: AbortSignal): Promise<void> {
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await kubernetes.create({ type: namespaces, manifest, fieldManager: 'kaito-e2e' }, signal);
}

/**
 * Deletes one of the Workspace's Nodes, and waits until its claim has gone with it, and all the pods: also those on the
 * other Nodes, as the pods of a group start again together.
 */
async function loseNode(kubernetes: Kubernetes, { name }: Life, signal: AbortSignal): Promise<void> {
  const labelSelector = `${labels.workspace}=${name}`;
  const uids = async (type: ResourceType): Promise<readonly string[]> =>
    (await kubernetes.list({ type, labelSelector }, signal)).items.map(({ metadata }) => metadata.uid);
  const [node] = (await kubernetes.list({ type: nodes, labelSelector }, signal)).items;
  if (node === undefined) {
    throw new Error(`the Workspace ${name} has no Node to lose`);
  }
  const claim = { type: machines, key: { name: node.metadata.labels?.[labels.agentPool] ?? '' } };
  const lost = new Set([(await kubernetes.get(claim, signal))?.metadata.uid, ...(await uids(pods))]);
  await kubernetes.delete({ type: nodes, key: node.metadata }, signal);
  await until(async () => {
    const left = [...(await uids(machines)), ...(await uids(pods))];
    return left.every((uid) => !lost.has(uid));
  }, signal);
}
