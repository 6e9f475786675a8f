import { describe, expect, it } from '@jest/globals';

import {
  aMachine,
  aNode,
  aNodeClaim,
  aNodeClaimAt,
  aNodePool,
  aService,
  aWorkspace,
  FIRST_CLAIM,
  POOL_LABELS,
  settings,
} from '../../../test/builders.ts';
import { statusOf, tellingsOf } from '../../../test/told.ts';
import type { Row } from '../../../test/told.ts';
import { CLOUD_NODE_CLASSES, KAITO_NODE_CLASS } from '../claims/node-class.ts';
import type { NodeProvisioning } from '../claims/node-source.ts';
import type { Observed } from '../observed.ts';

const STEPS = ['Launched', 'Registered', 'Initialized'];
const served = { machines: false, nodeClaims: true, nodePools: true };
const none = { machines: false, nodeClaims: false, nodePools: false };
const HOUR_AGO = { creationTimestamp: '2026-01-01T11:00:00Z' };

const nodeClaimed = { kind: 'nodeclaim', nodeClass: KAITO_NODE_CLASS } as const;
const pooled = {
  kind: 'nodepool',
  nodeClass: { ...CLOUD_NODE_CLASSES.azure, name: 'ubuntu', choices: ['ubuntu', 'azl'] },
} as const;

const notEnough = ['NodesReady', 'False', 'NodeNotReady', 'Not enough Nodes are ready: 0 of 1'];
const whole = [
  ['NodeClaimReady', 'True', 'NodeClaimsReady', 'Enough NodeClaims are ready'],
  ['NodesReady', 'True', 'NodesReady', 'Enough Nodes are ready'],
  ['ResourceReady', 'True', 'workspaceResourceStatusSuccess', 'workspace resource is ready'],
];

const attempted = {
  windowStart: '2026-01-01T11:59:00Z',
  count: 1,
  times: ['2026-01-01T11:59:00Z'],
  nextAttempt: '2026-01-01T12:02:00Z',
};

describe('the conditions of a Workspace with NodeClaims', () => {
  it.each<Row>([
    [
      'say that they are being made',
      {},
      [
        'NodeClaimReady',
        'False',
        'NodeClaimNotReady',
        `Ready NodeClaims are not enough: creating 1 nodeClaims: waiting for the provisioner to bring up ${FIRST_CLAIM} (Standard_NC6s_v3)`,
      ],
      notEnough,
      ['ResourceReady', 'False', 'workspaceResourceStatusNotReady'],
    ],
    [
      'stay the same while the claim makes progress',
      {
        claims: [
          aNodeClaimAt(FIRST_CLAIM, ['Launched'], {
            conditions: [{ type: 'Registered', status: 'Unknown', reason: 'NodeNotFound' }],
          }),
        ],
      },
      ['NodeClaimReady', 'False', 'NodeClaimNotReady'],
      notEnough,
    ],
    [
      'have the reason of a launch that failed and is tried again',
      { claims: [failing({ type: 'Launched', status: 'Unknown', reason: 'NoQuota', message: 'no cores' })] },
      ['NodeClaimReady', 'False', 'NoQuota', `nodeclaim ${FIRST_CLAIM}: NoQuota: no cores`],
      notEnough,
      ['ResourceReady', 'False', 'workspaceResourceStatusFailed', `nodeclaim ${FIRST_CLAIM}: NoQuota: no cores`],
    ],
    [
      'take what nobody has looked at for no failure',
      { claims: [failing({ type: 'Launched', status: 'Unknown', reason: 'AwaitingReconciliation' })] },
      ['NodeClaimReady', 'False', 'NodeClaimNotReady'],
    ],
    [
      'have the reason of a later step that will not come true',
      {
        claims: [
          aNodeClaimAt(FIRST_CLAIM, ['Launched'], {
            conditions: [{ type: 'Registered', status: 'False', reason: 'MultipleNodesFound', message: 'two' }],
          }),
        ],
      },
      ['NodeClaimReady', 'False', 'MultipleNodesFound', `nodeclaim ${FIRST_CLAIM}: MultipleNodesFound: two`],
    ],
    [
      'name the time of the next attempt after a claim vanished',
      { workspace: aWorkspace({ status: { attempts: attempted } }) },
      [
        'NodeClaimReady',
        'False',
        'nodeClaimFailedCreation',
        'the last nodeclaim vanished before it was ready, as it does where no capacity is to be had; the next attempt is at 2026-01-01T12:02:00Z',
      ],
    ],
    [
      'report a claim that is overdue',
      { claims: [aNodeClaim(FIRST_CLAIM, { metadata: HOUR_AGO })] },
      [
        'NodeClaimReady',
        'False',
        'checkNodeClaimStatusFailed',
        `check nodeClaim status timed out. nodeclaim ${FIRST_CLAIM} is not ready: Launched is not reported yet; look at its events and at its provisioner`,
      ],
    ],
    [
      'tell of a claim that was ready and is not any more as such, however old it is',
      {
        claims: [
          {
            ...aNodeClaimAt(FIRST_CLAIM, STEPS, {
              nodeName: 'a',
              conditions: [{ type: 'Ready', status: 'False', reason: 'NodeNotReady', message: 'no heartbeat' }],
            }),
            metadata: aNodeClaim(FIRST_CLAIM, { metadata: HOUR_AGO }).metadata,
          },
        ],
      },
      [
        'NodeClaimReady',
        'False',
        'NodeClaimNotReady',
        `Ready NodeClaims are not enough: nodeclaim ${FIRST_CLAIM} is not ready any more: Ready is not true: NodeNotReady: no heartbeat; deleting it lets another be made`,
      ],
    ],
    [
      'wait for the device plugin',
      { claims: [readyClaim('a')], nodes: [aNode('a', { gpus: 0 })] },
      ['NodeClaimReady', 'True', 'NodeClaimsReady'],
      [
        'NodesReady',
        'False',
        'NodePluginsNotReady',
        'waiting all node plugins to be ready: nvidia.com/gpu on node a: is the device plugin running?',
      ],
    ],
    [
      'say what is wrong with the node of a ready claim',
      { claims: [readyClaim('a')], nodes: [aNode('a', { labels: { apps: 'x' } })] },
      ['NodeClaimReady', 'True', 'NodeClaimsReady'],
      [
        'NodesReady',
        'False',
        'NodeNotReady',
        `Not enough Nodes are ready: 0 of 1; nodeclaim ${FIRST_CLAIM} is ready, but its node a lacks the label apps=phi-3`,
      ],
    ],
    [
      'are true when the nodes are there',
      { claims: [readyClaim('a')], nodes: [aNode('a')], service: aService() },
      ...whole,
    ],
    [
      'name the CRD that is missing, and ask for nothing',
      { served: none },
      [
        'NodeClaimReady',
        'False',
        'nodeClaimFailedCreation',
        'the cluster has no CRD nodeclaims.karpenter.sh: install the provisioner that brings it',
      ],
    ],
  ])('%s', (_, world, ...conditions) => {
    expect(told(nodeClaimed, world, conditions)).toEqual(conditions);
  });
});

describe('the conditions of a Workspace with a NodePool', () => {
  it.each<Row>([
    [
      'wait for the pool',
      { nodePool: aNodePool() },
      [
        'NodeClaimReady',
        'False',
        'NodeClaimNotReady',
        'Ready NodeClaims are not enough: creating 1 nodeClaims: waiting for NodePool default-llm to bring up nodes (Standard_NC6s_v3)',
      ],
      notEnough,
    ],
    [
      'say what the pool says of its class',
      {
        nodePool: aNodePool({
          conditions: [
            { type: 'Ready', status: 'False', reason: 'UnhealthyDependents', message: 'NodeClassReady=False' },
            { type: 'NodeClassReady', status: 'False', reason: 'NodeClassNotFound', message: 'no such class' },
          ],
        }),
      },
      [
        'NodeClaimReady',
        'False',
        'NodeClassNotFound',
        'NodePool default-llm: NodeClassReady is false: NodeClassNotFound: no such class',
      ],
      ['WorkspaceReady', 'False', 'workspaceFailed'],
    ],
    [
      'say what the pool says of itself',
      { nodePool: aNodePool({ conditions: [{ type: 'Ready', status: 'False' }] }) },
      ['NodeClaimReady', 'False', 'NodeClaimNotReady', 'NodePool default-llm: Ready is false'],
    ],
    [
      'report a pool of which nothing comes',
      { nodePool: aNodePool({ metadata: HOUR_AGO }) },
      [
        'NodeClaimReady',
        'False',
        'checkNodeClaimStatusFailed',
        'check nodeClaim status timed out. no nodeclaim has come of NodePool default-llm; look at its events and whether its provisioner serves static NodePools',
      ],
    ],
    [
      'are true when its nodes are there',
      {
        nodePool: aNodePool(),
        claims: [{ ...readyClaim('a'), metadata: aNodeClaim('p-x', { metadata: { labels: POOL_LABELS } }).metadata }],
        nodes: [aNode('a', { own: false, labels: POOL_LABELS })],
        service: aService(),
      },
      ...whole,
    ],
    [
      'name the classes there are when the chosen one is none of them',
      { workspace: aWorkspace({ metadata: { annotations: { 'kaito.sh/node-class-name': 'windows' } } }) },
      [
        'WorkspaceReady',
        'False',
        'workspaceFailed',
        'metadata.annotations[kaito.sh/node-class-name]: "windows" is no class of the configuration: choose one of ubuntu, azl',
      ],
    ],
  ])('%s', (_, world, ...conditions) => {
    expect(told(pooled, world, conditions)).toEqual(conditions);
  });
});

describe('the conditions of a Workspace whose nodes are brought', () => {
  it('say what is missing and why what there is will not do', () => {
    const nodes = [aNode('a', { own: false, isReady: false }), aNode('b', { own: false, labels: { apps: 'x' } })];
    expect(told({ kind: 'byo' }, { nodes }, [['NodesReady', '', '', '']])).toEqual([
      [
        'NodesReady',
        'False',
        'NodeNotReady',
        'Not enough Nodes are ready: 0 of 1; waiting for 1 more with the labels apps=phi-3; node a is not ready, node b lacks the label apps=phi-3',
      ],
    ]);
  });

  it('say so when the cluster has nothing to ask for nodes with', () => {
    const [[, , , message] = []] = told({ kind: 'auto' }, { served: none }, [['NodesReady', '', '', '']]);
    expect(message).toContain('nobody is asked for nodes, since the cluster has no CRD of Machines or NodeClaims');
  });

  it('are about nodes alone', () => {
    const status = statusOf({ nodes: [aNode('a', { own: false })] }, { ...settings, nodes: { kind: 'byo' } });
    const types = (status?.conditions ?? []).map(({ type }) => type);
    expect(types).toContain('NodesReady');
    expect(types).not.toContain('MachineReady');
    expect(types).not.toContain('NodeClaimReady');
  });
});

describe('the conditions of a deletion', () => {
  it('name what is waited for, each by its kind', () => {
    const metadata = { deletionTimestamp: '2026-01-01T12:00:00Z' };
    const workspace = aWorkspace({ metadata });
    const claims = [aNodeClaim('n', { metadata }), aMachine('m', { metadata })];
    expect(
      told(pooled, { workspace, claims, nodePool: aNodePool({ metadata }) }, [['WorkspaceDeleting', '', '', '']]),
    ).toEqual([
      [
        'WorkspaceDeleting',
        'True',
        'workspaceDeleted',
        'workspace is being deleted: waiting for the provisioner to remove NodePool default-llm, machine m, nodeclaim n',
      ],
    ]);
  });
});

function told(
  nodes: NodeProvisioning,
  world: Partial<Observed>,
  rows: readonly (readonly string[])[],
): ReturnType<typeof tellingsOf> {
  return tellingsOf({ served, ...world }, rows, { ...settings, nodes });
}

function readyClaim(nodeName: string): ReturnType<typeof aNodeClaim> {
  return aNodeClaimAt(FIRST_CLAIM, [...STEPS, 'Ready'], { nodeName });
}

function failing(condition: object): ReturnType<typeof aNodeClaim> {
  return aNodeClaimAt(FIRST_CLAIM, [], { conditions: [condition] });
}
