import { describe, expect, it } from '@jest/globals';
import { labels } from '@kaito/types';

import {
  absent,
  aPool,
  aRegisteredNode,
  knowledge,
  NOW,
  observed,
  present,
  secondsAgo,
} from '../../../test/builders.ts';
import type { Action, Plan } from '../actions.ts';
import type { Observed } from '../observed.ts';
import { plan } from '../plan.ts';
import type { AgentPool } from '../pools/cloud.ts';
import type { AbsentPool } from '../pools/pool-knowledge.ts';
import { planOrphan } from './plan-orphan.ts';

const settled = { since: secondsAgo(30), looks: 2 };
const leaving = { deletionTimestamp: '2026-01-01T00:59:55Z' };
const lookedUp: AbsentPool = { state: 'Absent', observedAt: NOW, evidence: 'Lookup', wasDeleting: false };

describe('the plan for a pool without a claim', () => {
  it('collects it when it was seen so for a while, and in more than one look', () => {
    expect(orphaned(aPool(), { ownerless: { since: secondsAgo(29), looks: 9 } })).toEqual({
      actions: [],
      requeueAfterMs: 1_000,
    });
    expect(orphaned(aPool(), { ownerless: { since: secondsAgo(99), looks: 1 } })).toEqual({ actions: [], lookAt: NOW });
    expect(orphaned(aPool())).toEqual({
      actions: [{ kind: 'CollectPool', claimUid: 'machine-1', createdAt: secondsAgo(40) }],
      requeueAfterMs: 30_000,
    });
  });

  it('waits while too much is missing at once', () => {
    expect(orphaned(aPool(), { mayCollect: false })).toEqual({ actions: [], lookAt: secondsAgo(-29) });
  });

  it.each([
    ['no mark', {}],
    ['the mark of another cluster', { ...aPool().tags, 'kaito-cluster': 'cluster-2' }],
    ['the mark of another name', { ...aPool().tags, 'kaito-claim': 'wsother' }],
  ])('never touches it with %s', (_what, tags) => {
    expect(orphaned(aPool({ tags }))).toEqual({ actions: [] });
  });

  it('lets its Nodes go once the pool is certainly gone', () => {
    const nodes = [aRegisteredNode({ metadata: leaving })];
    expect(orphan({ nodes, pool: knowledge({ view: { state: 'Unknown' } }) })).toEqual({ actions: [], lookAt: NOW });
    expect(kinds(orphan({ nodes, pool: knowledge({ view: absent }) }))).toEqual(['LookUpPool']);
    expect(kinds(orphan({ nodes, pool: knowledge({ view: lookedUp }) }))).toEqual(['PatchNode']);
    expect(orphan({ nodes: [aRegisteredNode()], pool: knowledge({ view: lookedUp }) })).toEqual({ actions: [] });
  });
});

describe('the plan for a pool of the Go gpu-provisioner whose claim is gone', () => {
  const nodeLabels = { [labels.provisionerName]: 'default', [labels.machineType]: 'gpu', [labels.workspace]: 'phi' };
  const legacy = aPool({ tags: {}, nodeLabels });
  const settings = { ...observed().settings, collectLegacy: true };
  const nodes = [aRegisteredNode()];

  it('leaves it alone unless people want it collected', () => {
    expect(orphaned(legacy, { nodes })).toEqual({ actions: [] });
    expect(orphaned(legacy, { nodes, settings })).toMatchObject({ actions: [{ kind: 'CollectPool' }] });
    expect(orphaned(legacy, { nodes, settings }).actions[0]).not.toHaveProperty('claimUid');
  });

  it('leaves it alone without a Node that was registered for a claim of its name', () => {
    const [node] = nodes;
    const other = { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Machine', name: 'wsother', uid: 'u' }] } };
    expect(orphaned(legacy, { nodes: [], settings })).toEqual({ actions: [] });
    expect(orphaned(legacy, { nodes: [aRegisteredNode(other)], settings })).toEqual({ actions: [] });
    const unregistered = { metadata: { ...node?.metadata, labels: {} } };
    expect(orphaned(legacy, { nodes: [aRegisteredNode(unregistered)], settings })).toEqual({ actions: [] });
  });

  it.each([labels.provisionerName, labels.machineType, labels.workspace])('leaves it alone without %s', (key) => {
    const { [key]: _, ...rest } = nodeLabels;
    expect(orphaned(aPool({ tags: {}, nodeLabels: rest }), { nodes, settings })).toEqual({ actions: [] });
  });
});

function orphan(parts: Partial<Observed>): Plan {
  const { claim: _, ...rest } = observed();
  return planOrphan({ ...rest, ...parts });
}

/** Listed a second ago and long before; through the whole plan, as the program does. */
function orphaned(pool: AgentPool, parts: Partial<Observed> = {}): Plan {
  const { claim: _, ...rest } = observed();
  const view = present(pool, secondsAgo(1), secondsAgo(40));
  return plan({ ...rest, pool: knowledge({ view }), ownerless: settled, ...parts });
}

function kinds({ actions }: Plan): readonly Action['kind'][] {
  return actions.map(({ kind }) => kind);
}
