import { describe, expect, it } from '@jest/globals';
import type { Node, Pod, Workspace } from '@kaito/types';

import {
  aMachine,
  aNode,
  aPod,
  aReadyMachine,
  aWorkspace,
  FIRST_CLAIM,
  observed,
  settings,
} from '../../../test/builders.ts';
import type { Action } from '../actions.ts';
import type { Observed } from '../observed.ts';
import { plan } from '../plan.ts';
import type { Settings } from '../settings.ts';
import type { Holding } from './holding.ts';

const UID = aWorkspace().metadata.uid;
const OWN = { 'kaito.sh/reserved-by': UID };
const LEAVING = { 'kaito.sh/reserved-by': `${UID}.leaving` };
const OTHER: Holding = {
  workspace: 'default/other',
  uid: 'uid-of-other',
  createdAt: '2026-01-01T10:00:00Z',
  isMarked: false,
  isShort: false,
};
const goes = { deletionTimestamp: '2026-01-01T12:00:00Z' };
const cordoned = { unschedulable: true };

type Situation = readonly [
  name: string,
  world: Partial<Observed>,
  steps: readonly string[],
  workers: readonly string[],
  told: RegExp,
];

describe('what becomes of nodes that were bought', () => {
  const bought = { workspace: serving('a'), claims: [aReadyMachine(FIRST_CLAIM, 'a')] };
  const fallen = aMachine(FIRST_CLAIM, {
    status: {
      nodeName: 'a',
      conditions: [
        { type: 'MachineLaunched', status: 'True' },
        { type: 'MachineRegistered', status: 'True' },
        { type: 'MachineInitialized', status: 'True' },
        { type: 'Ready', status: 'False', reason: 'NodeNotReady', message: 'no heartbeat' },
      ],
    },
  });

  it.each<Situation>([
    ['one that serves', { ...bought, nodes: [aNode('a')] }, [], ['a'], /^machines plugins/u],
    [
      'one that falls silent',
      { ...bought, nodes: [aNode('a', { isReady: false })] },
      [],
      ['a'],
      /^machine ws4f1e0d23d is ready, but its node a is not ready/u,
    ],
    [
      'one whose claim falls as well',
      { ...bought, claims: [fallen], nodes: [aNode('a', { isReady: false })] },
      [],
      ['a'],
      /^waiting for node a to be ready again/u,
    ],
    [
      'one whose claim alone is not ready any more',
      { ...bought, claims: [fallen], nodes: [aNode('a')] },
      [],
      ['a'],
      /^machine ws4f1e0d23d is not ready any more: Ready is not true: NodeNotReady: no heartbeat/u,
    ],
    [
      'one that was deleted while its claim lives',
      bought,
      [],
      [],
      /^creating 1 machines: waiting for the nodes of ws4f1e0d23d to appear/u,
    ],
    [
      'one that is cordoned while its pod works there',
      { ...bought, nodes: [aNode('a', { spec: cordoned })], pods: [podOn('a')] },
      [],
      ['a'],
      /^machines plugins/u,
    ],
    [
      'one that is drained',
      { ...bought, nodes: [aNode('a', { spec: cordoned })], pods: [podOn('a', goes)] },
      [],
      [],
      /^machine ws4f1e0d23d is ready, but its node a is cordoned/u,
    ],
    [
      'one whose claim somebody deletes',
      { ...bought, claims: [{ ...aReadyMachine(FIRST_CLAIM, 'a'), metadata: { ...fallen.metadata, ...goes } }] },
      [],
      [],
      /waiting for machine ws4f1e0d23d to be gone before another is made/u,
    ],
    [
      'one that goes with its claim',
      { workspace: serving('a') },
      [`CreateClaim ${FIRST_CLAIM}`],
      [],
      /^creating 1 machines: waiting for the provisioner to bring up ws4f1e0d23d/u,
    ],
    [
      'one whose claim is gone without it',
      { workspace: serving('a'), nodes: [aNode('a')] },
      [],
      ['a'],
      /^machines plugins/u,
    ],
    [
      'a place for which a free node comes while its claim is on the way',
      { claims: [aMachine(FIRST_CLAIM)], nodes: [existing('b')] },
      [],
      [],
      /waiting for the provisioner to bring up ws4f1e0d23d/u,
    ],
  ])('%s', (_, world, ...[steps, workers, told]) => {
    expect(next(world, settings)).toMatchObject({ steps, workers, told: expect.stringMatching(told) });
  });
});

describe('what becomes of nodes that were there before', () => {
  const held = { workspace: serving('a') };

  it.each<Situation>([
    ['a free one', { nodes: [existing('a')] }, ['reserve a', 'mark a'], ['a'], /^machines plugins/u],
    ['one with an old mark', { ...held, nodes: [existing('a', { labels: OWN })] }, [], ['a'], /^machines plugins/u],
    ['one whose mark is lost', { ...held, nodes: [existing('a')] }, ['mark a'], ['a'], /^machines plugins/u],
    ['one that the status has forgotten', { nodes: [existing('a', { labels: OWN })] }, [], ['a'], /^machines plugins/u],
    [
      'one that falls silent',
      { ...held, nodes: [existing('a', { isReady: false, labels: OWN })] },
      [],
      ['a'],
      /^waiting for node a to be ready again/u,
    ],
    [
      'one that falls silent while another is free',
      { ...held, nodes: [existing('a', { isReady: false, labels: OWN }), existing('b')] },
      [],
      ['a'],
      /^waiting for node a to be ready again/u,
    ],
    ['one that is gone', held, [`CreateClaim ${FIRST_CLAIM}`], [], /^creating 1 machines/u],
    [
      'one that is gone while another is free',
      { ...held, nodes: [existing('b')] },
      ['reserve b', 'mark b'],
      ['b'],
      /^machines plugins/u,
    ],
    [
      'one that is being deleted',
      { ...held, nodes: [existing('a', { labels: OWN, metadata: goes })] },
      [`CreateClaim ${FIRST_CLAIM}`],
      [],
      /^creating 1 machines/u,
    ],
    [
      'one that is cordoned while its pod works there',
      { ...held, nodes: [existing('a', { labels: OWN, spec: cordoned })], pods: [podOn('a')] },
      [],
      ['a'],
      /^machines plugins/u,
    ],
    [
      'one that is drained',
      { ...held, nodes: [existing('a', { labels: OWN, spec: cordoned })], pods: [podOn('a', goes)] },
      [`CreateClaim ${FIRST_CLAIM}`, 'give up a'],
      [],
      /^creating 1 machines/u,
    ],
    [
      'one that fits no more while its pod works there',
      { ...held, nodes: [existing('a', { labels: { ...OWN, apps: 'x' } }), existing('b')], pods: [podOn('a')] },
      ['give up a', 'Delete Pod llm-abc', 'reserve b', 'mark b'],
      ['b'],
      /^machines plugins/u,
    ],
    [
      'one that is given up while its pod is still there',
      { nodes: [existing('a', { labels: LEAVING })], pods: [podOn('a', goes)] },
      [`CreateClaim ${FIRST_CLAIM}`],
      [],
      /^creating 1 machines/u,
    ],
    [
      'one that is given up and empty',
      { nodes: [existing('a', { labels: LEAVING })], pods: [podOn('a', {}, 'Failed')] },
      [`CreateClaim ${FIRST_CLAIM}`, 'free a'],
      [],
      /^creating 1 machines/u,
    ],
    [
      'one that another Workspace holds',
      { nodes: [existing('a')], holdings: new Map([['a', OTHER]]) },
      [`CreateClaim ${FIRST_CLAIM}`],
      [],
      /^creating 1 machines/u,
    ],
    [
      'one that an older Workspace counts on, too',
      { ...held, nodes: [existing('a', {})], holdings: new Map([['a', OTHER]]) },
      [`CreateClaim ${FIRST_CLAIM}`],
      [],
      /^creating 1 machines/u,
    ],
    [
      'one with its mark that an older Workspace counts on, too',
      { ...held, nodes: [existing('a', { labels: OWN })], holdings: new Map([['a', OTHER]]) },
      [],
      ['a'],
      /^machines plugins/u,
    ],
    [
      'one of two while the other cannot be bought for now',
      { workspace: waitingForTwo(), nodes: [existing('a')] },
      [],
      [],
      /the next attempt is at/u,
    ],
    [
      'one of two while the other is bought',
      { workspace: aWorkspace({ resource: { count: 2 } }), nodes: [existing('a')] },
      [`CreateClaim ${FIRST_CLAIM}`, 'reserve a', 'mark a'],
      ['a'],
      /^creating 1 machines/u,
    ],
  ])('%s', (_, world, ...[steps, workers, told]) => {
    expect(next(world, settings)).toMatchObject({ steps, workers, told: expect.stringMatching(told) });
  });
});

describe('what becomes of nodes that are brought', () => {
  const pair = { resource: { count: 2 } };
  const two = [existing('a', { labels: OWN }), existing('b', { labels: OWN })];
  const served = { workspace: aWorkspace({ ...pair, status: { workerNodes: ['a', 'b'] } }) };
  const rival = {
    workspace: aWorkspace({
      ...pair,
      metadata: { name: 'other', uid: 'x', creationTimestamp: '2026-01-01T10:00:00Z' },
    }),
    nodes: [existing('a', { labels: OWN }), existing('c')],
    holdings: new Map([['a', { ...OTHER, uid: UID, workspace: 'default/llm', createdAt: '2026-01-01T11:59:00Z' }]]),
  };

  it.each<Situation>([
    [
      'two of two',
      { workspace: aWorkspace(pair), nodes: [existing('a'), existing('b')] },
      ['reserve a b', 'mark a', 'mark b'],
      ['a', 'b'],
      /^Enough/u,
    ],
    [
      'one of two',
      { workspace: aWorkspace(pair), nodes: [existing('a')] },
      [],
      [],
      /^Not enough Nodes are ready: 0 of 2; waiting for 2 more with the labels apps=phi-3$/u,
    ],
    [
      'one of two while somebody holds the other',
      { workspace: aWorkspace(pair), nodes: [existing('a'), existing('b')], holdings: new Map([['b', OTHER]]) },
      [],
      [],
      /waiting for 2 more with the labels apps=phi-3; node b is held by default\/other$/u,
    ],
    ['two that serve', { ...served, nodes: two }, [], ['a', 'b'], /^Enough/u],
    [
      'one of two that is gone: the other serves on',
      { ...served, nodes: two.slice(0, 1) },
      [],
      ['a'],
      /^Not enough Nodes are ready: 1 of 2; waiting for 1 more/u,
    ],
    [
      'one of two that is gone while another is free',
      { ...served, nodes: [...two.slice(0, 1), existing('c')] },
      ['reserve c', 'mark c'],
      ['a', 'c'],
      /^Enough/u,
    ],
    [
      'the last of two when an older Workspace would be whole with it',
      { ...served, nodes: two.slice(0, 1), rivals: [rival], pods: [podOn('a')] },
      ['give up a', 'Delete Pod llm-abc'],
      [],
      /^Not enough Nodes are ready: 0 of 2/u,
    ],
    [
      'the last of two when it is of no use to an older Workspace either',
      { ...served, nodes: two.slice(0, 1), rivals: [{ ...rival, nodes: rival.nodes.slice(0, 1) }] },
      [],
      ['a'],
      /^Not enough Nodes are ready: 1 of 2/u,
    ],
    [
      'the last of two when an older Workspace has enough without it',
      { ...served, nodes: two.slice(0, 1), rivals: [{ ...rival, nodes: [...rival.nodes, existing('d')] }] },
      [],
      ['a'],
      /^Not enough Nodes are ready: 1 of 2/u,
    ],
    [
      'the last of two when the older Workspace could not run',
      {
        ...served,
        nodes: two.slice(0, 1),
        rivals: [
          { ...rival, workspace: { ...rival.workspace, inference: { preset: { name: 'x', accessMode: 'public' } } } },
        ],
      },
      [],
      ['a'],
      /^Not enough Nodes are ready: 1 of 2/u,
    ],
    [
      'one of a size that nobody asked for',
      { nodes: [existing('a', { labels: { 'node.kubernetes.io/instance-type': 'mine' } })] },
      ['reserve a', 'mark a'],
      ['a'],
      /^Enough/u,
    ],
    [
      'one whose device plugin does not run yet',
      { nodes: [existing('a', { gpus: 0, labels: { accelerator: '', 'nvidia.com/gpu.count': '1' } })] },
      ['reserve a', 'mark a as nvidia'],
      ['a'],
      /^waiting all node plugins to be ready: nvidia.com\/gpu on node a/u,
    ],
    [
      'one without GPUs',
      { nodes: [existing('a', { gpus: 0, labels: { accelerator: '' } })] },
      [],
      [],
      /node a shows no nvidia.com\/gpu/u,
    ],
  ])('%s', (_, world, ...[steps, workers, told]) => {
    const by = { ...settings, nodes: { kind: 'byo' as const } };
    expect(next(world, by)).toMatchObject({ steps, workers, told: expect.stringMatching(told) });
  });
});

function serving(...workerNodes: readonly string[]): Workspace {
  return aWorkspace({ status: { workerNodes } });
}

function waitingForTwo(): Workspace {
  const time = '2026-01-01T11:59:00Z';
  const attempts = { windowStart: time, count: 2, times: [time, time], nextAttempt: '2026-01-01T12:02:00Z' };
  return aWorkspace({ resource: { count: 2 }, status: { attempts } });
}

function existing(name: string, options: Parameters<typeof aNode>[1] = {}): Node {
  return aNode(name, { own: false, ...options });
}

function podOn(nodeName: string, metadata: object = {}, phase = 'Running'): Pod {
  return { ...aPod({ phase }, metadata), spec: { nodeName } };
}

interface Next {
  readonly steps: readonly string[];
  readonly workers: readonly string[] | undefined;
  readonly told: string | undefined;
}

/** What is done about nodes, on whom it counts then, and what the user is told of them. */
function next(world: Partial<Observed>, by: Settings): Next {
  const { actions } = plan(observed(world), by);
  const written = actions.find((action) => action.kind === 'WriteStatus');
  const { conditions, workerNodes } = written?.status ?? observed(world).workspace.status ?? {};
  const told = conditions?.find(({ type }) => type === 'MachineReady' || type === 'NodesReady');
  return { steps: actions.flatMap(stepsOf), workers: workerNodes, told: told?.message };
}

function stepsOf(action: Action): readonly string[] {
  if (action.kind === 'CreateClaim') {
    return [`CreateClaim ${action.manifest.metadata.name ?? ''}`];
  }
  if (action.kind === 'Delete') {
    return [`Delete ${action.target} ${action.name}`];
  }
  if (action.kind === 'LabelNode') {
    return [labelling(action.name, action.labels)];
  }
  return action.kind === 'WriteStatus' && action.reserves !== undefined ? [`reserve ${action.reserves.join(' ')}`] : [];
}

function labelling(name: string, labels: Readonly<Record<string, string | null>>): string {
  const mark = labels['kaito.sh/reserved-by'];
  const accelerator = labels['accelerator'] === undefined ? '' : ` as ${String(labels['accelerator'])}`;
  if (mark === null) {
    return `free ${name}`;
  }
  return mark === UID ? `mark ${name}${accelerator}` : `give up ${name}`;
}
