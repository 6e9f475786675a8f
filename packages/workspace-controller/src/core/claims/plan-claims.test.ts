import { describe, expect, it } from '@jest/globals';
import { nodePoolName } from '@kaito/types';
import type { Condition, WorkspaceStatus } from '@kaito/types';

import {
  aMachine,
  aNode,
  aNodeClaim,
  aNodePool,
  aWorkspace,
  FIRST_CLAIM,
  observed,
  POOL_LABELS,
  SECOND_CLAIM,
  settings,
} from '../../../test/builders.ts';
import type { Action } from '../actions.ts';
import type { Observed } from '../observed.ts';
import { plan } from '../plan.ts';
import { KAITO_NODE_CLASS } from './node-class.ts';
import type { NodeProvisioning } from './node-source.ts';

const served = { machines: true, nodeClaims: true, nodePools: true };
const KWOK = { group: 'karpenter.kwok.sh', kind: 'KWOKNodeClass', name: 'default' };
const pool: NodeProvisioning = { kind: 'nodepool', nodeClass: KWOK };
const two = aWorkspace({ resource: { count: 2 } });
const leaving = { deletionTimestamp: '2026-01-01T12:00:00Z' };

describe('asking for nodes', () => {
  it.each<readonly [string, NodeProvisioning, Partial<Observed>, readonly string[]]>([
    ['with Machines where they are served', { kind: 'auto' }, {}, [`Machine ${FIRST_CLAIM}`]],
    [
      'with NodeClaims where they alone are',
      { kind: 'auto' },
      { served: { ...served, machines: false } },
      [`NodeClaim ${FIRST_CLAIM} KaitoNodeClass`],
    ],
    ['with NodeClaims of the class', { kind: 'auto', nodeClass: KWOK }, {}, [`NodeClaim ${FIRST_CLAIM} KWOKNodeClass`]],
    ['with nothing where nothing is served', { kind: 'auto' }, { served: noneServed() }, []],
    ['with nothing where nodes are brought', { kind: 'byo' }, {}, []],
    ['with nothing while the CRD is missing', { kind: 'machine' }, { served: noneServed() }, []],
    [
      'in the API of the claims that are there',
      { kind: 'machine' },
      { workspace: two, claims: [aNodeClaim(FIRST_CLAIM)] },
      [`NodeClaim ${SECOND_CLAIM} KaitoNodeClass`],
    ],
    [
      'for no second time while a claim of the Go original lives, whatever its name',
      { kind: 'auto' },
      { claims: [aNodeClaim('ws0a1b2c3d4')] },
      [],
    ],
    [
      'for no second time while a claim that is not ready any more lives',
      { kind: 'nodeclaim', nodeClass: KAITO_NODE_CLASS },
      { claims: [aNodeClaim(FIRST_CLAIM, { status: { nodeName: 'a' } })], nodes: [aNode('a', { isReady: false })] },
      [],
    ],
    ['with one NodePool for all', pool, { workspace: two }, ['NodePool default-llm of 2 KWOKNodeClass']],
    [
      'with one for what is missing',
      pool,
      { workspace: two, nodes: [aNode('a', { own: false })] },
      ['NodePool default-llm of 1 KWOKNodeClass'],
    ],
    [
      'with another name where it is taken',
      pool,
      { foreignClaimNames: ['default-llm'] },
      [`NodePool ${nodePoolName('default', 'llm', true)} of 1 KWOKNodeClass`],
    ],
    ['once', pool, { workspace: two, nodePool: aNodePool({ replicas: 2 }) }, []],
    ['with a larger pool, in place', pool, { workspace: two, nodePool: aNodePool() }, ['ScalePool default-llm to 2']],
    ['with no smaller one', pool, { nodePool: aNodePool({ replicas: 3 }) }, []],
    ['with none while the old one is leaving', pool, { nodePool: aNodePool({ metadata: leaving }) }, []],
    [
      'of the pool that is there, whatever the configuration says now',
      { kind: 'machine' },
      { workspace: two, nodePool: aNodePool(), claims: [pooledClaim('default-llm-x')] },
      ['ScalePool default-llm to 2'],
    ],
    [
      'of a pool only as often as it does not replace a claim by itself',
      pool,
      {
        workspace: two,
        nodePool: aNodePool({ replicas: 2 }),
        claims: [pooledClaim('p-x'), pooledClaim('p-y', leaving)],
      },
      [],
    ],
  ])('%s', (_, nodes, world, orders) => {
    const { actions } = plan(observed({ served, ...world }), { ...settings, nodes });
    expect(actions.flatMap(ordered)).toEqual(orders);
  });

  it.each([
    [{ kind: 'machine' }, 'MachineCreated'],
    [{ kind: 'nodeclaim', nodeClass: KWOK }, 'NodeClaimCreated'],
    [pool, 'NodePoolCreated'],
  ] as const)('by %j is told as %s', (nodes, reason) => {
    const { actions } = plan(observed({ served }), { ...settings, nodes });
    expect(actions).toContainEqual(expect.objectContaining({ notice: expect.objectContaining({ reason }) }));
  });

  it('keeps no condition that tells of another source, even when nothing else has changed', () => {
    const { conditions = [], ...status } = written() ?? {};
    const others = [aCondition('NodesReady'), aCondition('Other')];
    const kept = written({ ...status, conditions: [...others, ...conditions] });
    expect(kept).toEqual({ ...status, conditions: [...conditions, aCondition('Other')] });
    expect(written(kept)).toBeUndefined();
  });

  it('ends with the Workspace: the pool is deleted, its claims go with it, others by themselves', () => {
    const workspace = aWorkspace({ metadata: leaving });
    const claims = [pooledClaim('p-x'), aNodeClaim('n'), aMachine('m')];
    const { actions } = plan(observed({ workspace, claims, nodePool: aNodePool() }), settings);
    const deleted = actions.flatMap((action) => (action.kind === 'Delete' ? [`${action.target} ${action.name}`] : []));
    expect(deleted).toEqual(['NodePool default-llm', 'NodeClaim n', 'Machine m']);
    const waiting = plan(observed({ workspace, claims: [pooledClaim('p-x', leaving)] }), settings).actions;
    expect(waiting.map(({ kind }) => kind)).not.toContain('RemoveFinalizer');
    const nodes = [aNode('a', { own: false, labels: { ...POOL_LABELS, 'karpenter.sh/nodepool': 'default-llm' } })];
    expect(plan(observed({ workspace, nodes }), settings).actions.map(({ kind }) => kind)).toEqual(['WriteStatus']);
    expect(plan(observed({ workspace }), settings).actions).toEqual([{ kind: 'RemoveFinalizer' }]);
  });
});

/** The status that comes after this one, where Machines are asked for and not served. */
function written(status: WorkspaceStatus = {}): WorkspaceStatus | undefined {
  const workspace = aWorkspace({ status });
  const { actions } = plan(observed({ workspace, served: noneServed() }), { ...settings, nodes: { kind: 'machine' } });
  return actions.flatMap((action) => (action.kind === 'WriteStatus' ? [action.status] : []))[0];
}

function ordered(action: Action): readonly string[] {
  if (action.kind === 'ScalePool') {
    return [`ScalePool ${action.name} to ${action.replicas}`];
  }
  if (action.kind !== 'CreateClaim') {
    return [];
  }
  const { kind, metadata } = action.manifest;
  const { replicas, nodeClass } = shapeOf(action.manifest['spec']);
  const size = replicas === undefined ? '' : ` of ${replicas}`;
  return [`${kind} ${metadata.name ?? ''}${size}${nodeClass === undefined ? '' : ` ${nodeClass}`}`];
}

function shapeOf(spec: unknown): { readonly replicas?: string | undefined; readonly nodeClass?: string | undefined } {
  const text = JSON.stringify(spec);
  return {
    replicas: /"replicas":(\d+)/u.exec(text)?.[1],
    nodeClass: /"nodeClassRef":\{[^}]*"kind":"(\w+)"/u.exec(text)?.[1],
  };
}

function pooledClaim(name: string, metadata: object = {}): ReturnType<typeof aNodeClaim> {
  return aNodeClaim(name, { metadata: { labels: POOL_LABELS, ...metadata } });
}

function noneServed(): Observed['served'] {
  return { machines: false, nodeClaims: false, nodePools: false };
}

function aCondition(type: string): Condition {
  return { type, status: 'True', reason: 'x', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' };
}
