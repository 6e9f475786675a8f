import { setTimeout as sleep } from 'node:timers/promises';

import type { Kubernetes, ResourceType } from '@kaito/controller-runtime';
import { labels, machines, nodes } from '@kaito/types';
import * as z from 'zod';

import { Life, until } from '../life.ts';
import type { Wish } from '../life.ts';
import type { AuditLog } from './audit-log.ts';
import { NodeClaimLife } from './node-claim-life.ts';
import { tearClaim } from './torn-claims.ts';
import type { WalkWorld } from './walk-world.ts';

/** How a walk ended. */
export type WalkEnd = { readonly kind: 'complete' } | { readonly kind: 'refused' | 'too slow'; readonly step: string };

const DEADLINE_MS = 240_000;
const LOOK_MS = 100;
const FORBIDDEN = 403;

const namespaces: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  isNamespaced: false,
};
const events: ResourceType = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  isNamespaced: true,
};
const Reason = z.object({ reason: z.string() });

/** Sizes of which the cloud has none, or none for us. */
const SOLD_OUT = 'Standard_NC24ads_A100_v4';
const OVER_QUOTA = 'Standard_NC4as_T4_v3';
const CLOUD = {
  capacity: { [SOLD_OUT]: 0 },
  quotas: { 'Standard NCASv3_T4 Family': 0 },
};

type Step = readonly [name: string, act: (signal: AbortSignal) => Promise<unknown>];

/**
 * Lets both controllers do everything that they ever ask the API server for, each thing with two objects at least.
 * Ends at once when something is refused: what comes after it would only be waited for.
 */
export async function walk(world: WalkWorld, signal: AbortSignal): Promise<WalkEnd> {
  const late = AbortSignal.timeout(DEADLINE_MS);
  const isOver = new AbortController();
  const refused = new AbortController();
  const watching = watchForRefusal(world.audit, refused, isOver.signal);
  const stopped = AbortSignal.any([signal, late, refused.signal]);
  let step = '';
  try {
    for (const [name, act] of stepsOf(world)) {
      step = name;
      await act(stopped);
    }
    return { kind: 'complete' };
  } catch (error) {
    signal.throwIfAborted();
    if (!stopped.aborted) {
      throw error;
    }
    return { kind: refused.signal.aborted ? 'refused' : 'too slow', step };
  } finally {
    isOver.abort();
    await watching;
  }
}

function stepsOf(world: WalkWorld): readonly Step[] {
  const { simulator } = world;
  const { kubernetes } = world.cluster;
  const life = (name: string, wish: Partial<Wish>) => new Life(name, kubernetes, simulator, wish);
  const pairs = ['first', 'second'].map((name) => life(name, { namespace: `team-${name}`, count: 2 }));
  const lost = [
    life('no-model', { preset: 'no-such-model' }),
    life('sold-out', { instanceType: SOLD_OUT }),
    life('over-quota', { instanceType: OVER_QUOTA }),
  ];
  const torn = ['torn', 'rent'].map((name) => life(name, {}));
  const claims = ['firstclaim', 'secondclaim'].map((name) => new NodeClaimLife(name, kubernetes));
  const soldOut = ['soldout1', 'soldout2'].map((name) => new NodeClaimLife(name, kubernetes, SOLD_OUT));
  return [
    ['the controllers start', async () => world.startControllers()],
    [
      'Workspaces are created',
      async (signal) => {
        await simulator.behave(CLOUD, signal);
        await together(['team-first', 'team-second'], async (name) => createNamespace(kubernetes, name, signal));
        await together([...pairs, ...lost, ...torn], async (one) => one.create(signal));
      },
    ],
    ['NodeClaims are created', async (signal) => together([...claims, ...soldOut], async (one) => one.create(signal))],
    [
      'somebody deletes claims that are on their way',
      async (signal) => together(torn, async (one) => tearClaim(one, kubernetes, signal)),
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
    ...endSteps(world, [...pairs, ...lost, ...torn], claims),
  ];
}

function endSteps(
  world: WalkWorld,
  workspaces: readonly Life[],
  [first, ...others]: readonly NodeClaimLife[],
): readonly Step[] {
  return [
    [
      'pods object to the end of NodeClaims',
      async (signal) => {
        await first?.holdUp('team-first', signal);
        await together(others, async (one) => one.holdUp('team-second', signal));
      },
    ],
    [
      'a NodeClaim goes with its Node, others are deleted',
      async (signal) => {
        await first?.loseNode(signal);
        await first?.gone(signal);
        await deleteAll(others, signal);
      },
    ],
    ['the Workspaces are deleted', async (signal) => deleteAll(workspaces, signal)],
    ['the controllers stop', async () => world.stopControllers()],
  ];
}

async function deleteAll(all: readonly (Life | NodeClaimLife)[], signal: AbortSignal): Promise<void> {
  await together(all, async (one) => {
    await one.delete(signal);
    await one.gone(signal);
  });
}

/** Aborts `refused` when one of the recorded calls was refused; returns then, or when the walk is over. */
async function watchForRefusal(audit: AuditLog, refused: AbortController, isOver: AbortSignal): Promise<void> {
  while (!isOver.aborted && !refused.signal.aborted) {
    await sleep(LOOK_MS);
    const calls = await audit.calls();
    if (calls.some(({ status }) => status === FORBIDDEN)) {
      refused.abort();
    }
  }
}

async function together<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  await Promise.all(items.map(act));
}

async function createNamespace(kubernetes: Kubernetes, name: string, signal: AbortSignal): Promise<void> {
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await kubernetes.create({ type: namespaces, manifest, fieldManager: 'kaito-e2e' }, signal);
}

async function warned(kubernetes: Kubernetes, reason: string, signal: AbortSignal): Promise<void> {
  await until(async () => {
    const { items } = await kubernetes.list({ type: events }, signal);
    return items.some((event) => Reason.safeParse(event).data?.reason === reason);
  }, signal);
}

/** Deletes one of the Workspace's Nodes, and waits until its claim has gone with it. */
async function loseNode(kubernetes: Kubernetes, { name }: Life, signal: AbortSignal): Promise<void> {
  const labelSelector = `${labels.workspace}=${name}`;
  const [node] = (await kubernetes.list({ type: nodes, labelSelector }, signal)).items;
  if (node === undefined) {
    throw new Error(`the Workspace ${name} has no Node to lose`);
  }
  const claim = { type: machines, key: { name: node.metadata.labels?.[labels.agentPool] ?? '' } };
  const lost = await kubernetes.get(claim, signal);
  await kubernetes.delete({ type: nodes, key: node.metadata }, signal);
  await until(async () => (await kubernetes.get(claim, signal))?.metadata.uid !== lost?.metadata.uid, signal);
}
