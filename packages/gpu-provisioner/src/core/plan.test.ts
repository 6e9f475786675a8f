import { describe, expect, it } from '@jest/globals';
import { labels } from '@kaito/types';

import {
  absent,
  aClaim,
  aNode,
  aPool,
  aRegisteredNode,
  knowledge,
  NOW,
  observed,
  present,
  PROVIDER_ID,
  refused,
  secondsAgo,
} from '../../test/builders.ts';
import type { Action, Plan } from './actions.ts';
import { refOf } from './claim/claim.ts';
import type { Claim } from './claim/claim.ts';
import { plan } from './plan.ts';
import type { CloudFailure } from './pools/cloud.ts';

const passing: CloudFailure = { kind: 'Transient', code: 'x', message: 'y' };
const own: CloudFailure = { kind: 'OwnOperation', code: 'OperationNotAllowed', message: 'in progress' };
const annotations = { 'karpenter.sh/linked': PROVIDER_ID, 'kaito.sh/node-uid': 'node-1' };
const attempted = { 'kaito.sh/create-attempts': '2026-01-01T00:59:58Z' };
const deleting = { deletionTimestamp: '2026-01-01T00:59:59Z' };
const notReady = { conditions: [{ type: 'Ready', status: 'False' }] };
const lookedUp = { state: 'Absent', observedAt: secondsAgo(1), evidence: 'Lookup', wasDeleting: false } as const;

describe('the plan of a new claim', () => {
  it('records the attempt and the finalizer on the version it was decided from, then creates', () => {
    const claim = aClaim({ metadata: { finalizers: ['other'] } });
    const { actions, requeueAfterMs } = plan(observed({ claim }));
    expect(actions).toMatchObject([
      {
        kind: 'CreatePool',
        spec: { name: 'ws012345678' },
        record: {
          metadata: {
            resourceVersion: '7',
            finalizers: ['other', 'karpenter.sh/termination'],
            annotations: { 'kaito.sh/create-attempts': '2026-01-01T01:00:00.000Z' },
          },
        },
      },
    ]);
    expect(requeueAfterMs).toBe(0);
  });

  it('asks for a list before anything else', () => {
    expect(plan(observed({ pool: knowledge({ view: { state: 'Unknown' } }) }))).toEqual({ actions: [], lookAt: NOW });
  });

  it('tells that it waits for its turn, in the queue of those who do', () => {
    const waiting = plan(observed({ pool: knowledge({ createTurn: { mayGo: false } }) }));
    expect(kinds(waiting)).toEqual(['PatchClaimStatus']);
    expect([waiting.waitsFor, waiting.lookAt]).toEqual(['create', secondsAgo(-1)]);
    const unlisted = knowledge({ createTurn: { mayGo: false } });
    const { listedAt: _, ...never } = unlisted;
    expect(plan(observed({ pool: never })).lookAt).toEqual(NOW);
  });

  it('is silent for as long as the cloud asked for, without a place in the queue', () => {
    const quiet = plan(observed({ pool: knowledge({ createTurn: { mayGo: false, until: secondsAgo(-17) } }) }));
    expect(quiet).toEqual({ actions: [], requeueAfterMs: 17_000 });
  });

  it('goes on telling why it was refused while it waits for its turn', () => {
    const conditions = [{ type: 'MachineLaunched', status: 'False', reason: 'LaunchFailed', message: 'no' }];
    const pool = knowledge({ createTurn: { mayGo: false } });
    expect(kinds(plan(observed({ claim: aClaim({ status: { conditions } }), pool })))).toEqual([]);
  });

  it('first lets a Node of an earlier claim of its name go, which its own machine would take over', () => {
    const former = aRegisteredNode({
      metadata: { ...deleting, creationTimestamp: '2025-12-31T00:00:00Z', uid: 'former' },
    });
    expect(kinds(plan(observed({ nodes: [former] })))).toEqual(['PatchNode']);
    const isGoing = knowledge({
      view: present(aPool({ phase: 'Deleting', tags: { ...aPool().tags, 'kaito-claim-uid': 'former' } })),
    });
    expect(kinds(plan(observed({ nodes: [former], pool: isGoing })))).toEqual(['PatchClaimStatus']);
  });

  it('waits a second after an attempt of which nothing is known', () => {
    const claim = aClaim({ metadata: { annotations: { 'kaito.sh/create-attempts': '2026-01-01T01:00:00Z' } } });
    expect(plan(observed({ claim }))).toEqual({ actions: [], requeueAfterMs: 1_000, isStalled: true });
  });

  it('does not repeat what was rejected, until the claim is edited', () => {
    const failure: CloudFailure = { kind: 'Rejected', code: 'InvalidParameter', message: 'bad label' };
    const pool = knowledge({ refusedCreate: { at: NOW, failure, count: 1, generation: 1 } });
    const rejected = plan(observed({ pool }));
    expect(kinds(rejected)).toEqual(['Warn', 'PatchClaimStatus']);
    expect(rejected.requeueAfterMs).toBeUndefined();
    expect(message(rejected)).toContain('it is not repeated');
    expect(kinds(plan(observed({ pool, claim: aClaim({ metadata: { generation: 2 } }) })))).toEqual(['CreatePool']);
  });

  it.each([
    ['Denied', 1_000],
    ['ClusterNotFound', 1_000],
    ['PoolLimitReached', 600_000],
  ] as const)('asks again whether %s is solved after %i ms', (kind, ms) => {
    const pool = knowledge({ refusedCreate: refused({ kind, code: 'c', message: 'm' }) });
    expect(plan(observed({ pool })).requeueAfterMs).toBe(ms);
  });

  it('leaves it at what was told when the give-up was interrupted after telling', () => {
    const conditions = [
      {
        type: 'MachineLaunched',
        status: 'False',
        reason: 'LaunchFailed',
        message: 'all requested instance types were unavailable during launch',
      },
    ];
    expect(kinds(plan(observed({ claim: aClaim({ status: { conditions } }) })))).toEqual([
      'PatchClaimStatus',
      'DeleteClaim',
    ]);
  });

  it('that was linked by hand to an instance without a Node creates none', () => {
    const claim = aClaim({ metadata: { annotations: { 'karpenter.sh/linked': 'azure:///other' } } });
    const linked = plan(observed({ claim }));
    expect(kinds(linked)).toEqual(['PatchClaimStatus']);
    expect(message(linked)).toContain('azure:///other');
  });

  it('that an earlier provisioner launched waits for its Node', () => {
    const claim = aClaim({ status: { providerID: PROVIDER_ID }, metadata: { annotations: attempted } });
    expect(message(plan(observed({ claim })), 'MachineRegistered')).toBe(
      `waiting for a Node with provider ID ${PROVIDER_ID}`,
    );
  });
});

describe('the plan of a claim whose pool exists', () => {
  it('adopts a pool of ours, first with a finalizer on the claim', () => {
    const pool = knowledge({ view: present() });
    expect(kinds(plan(observed({ pool })))).toEqual(['PatchClaimStatus']);
    const unguarded = plan(observed({ pool, claim: aClaim({ metadata: { finalizers: [] } }) }));
    expect(unguarded).toEqual({
      actions: [
        {
          kind: 'PatchClaim',
          claim: refOf(aClaim()),
          patch: { metadata: { resourceVersion: '7', finalizers: ['karpenter.sh/termination'] } },
        },
      ],
      requeueAfterMs: 0,
    });
  });

  it("takes no Node of a pool that is not the claim's, or that goes", () => {
    const foreign = knowledge({ view: present(aPool({ tags: {} })) });
    expect(kinds(plan(observed({ pool: foreign, nodes: [aNode()] })))).toEqual(['Warn', 'PatchClaimStatus']);
    const going = knowledge({ view: present(aPool({ phase: 'Deleting' })) });
    expect(kinds(plan(observed({ pool: going, nodes: [aNode()] })))).toEqual([]);
  });

  it('waits for the Node, and looks twice a minute whether the pool failed', () => {
    const waiting = plan(observed({ pool: knowledge({ view: present(aPool(), secondsAgo(10)) }) }));
    expect(waiting.lookAt).toEqual(secondsAgo(-20));
    expect(waiting.requeueAfterMs).toBe(1_740_000);
  });

  it('gives up a Node that does not join a ready pool within a quarter of an hour', () => {
    const view = present(aPool({ phase: 'Ready' }), secondsAgo(1), secondsAgo(900));
    expect(kinds(plan(observed({ pool: knowledge({ view }) })))).toEqual(['Warn', 'DeleteClaim']);
  });

  it('waits while somebody deletes the pool, and deletes a canceled one', () => {
    const going = plan(observed({ pool: knowledge({ view: present(aPool({ phase: 'Canceling' })) }) }));
    expect(going).toEqual({ actions: [], lookAt: secondsAgo(-1) });
    const canceled = plan(observed({ pool: knowledge({ view: present(aPool({ phase: 'Canceled' })) }) }));
    expect(kinds(canceled)).toEqual(['Warn', 'PatchClaimStatus', 'DeletePool']);
  });
});

describe('the plan of a claim that has its Node', () => {
  const pool = knowledge({ view: present(aPool({ phase: 'Ready' })) });

  it('takes the identity down, registers, and tells, in that order', () => {
    const taken = plan(observed({ pool, nodes: [aNode()] }));
    expect(kinds(taken)).toEqual(['PatchClaim', 'PatchNode', 'PatchClaimStatus']);
    expect(taken.actions[0]).toMatchObject({ patch: { metadata: { resourceVersion: '7', annotations } } });
  });

  it("merges labels: the cloud's, then single required values, then the user's", () => {
    const claim = aClaim({
      metadata: { labels: { [labels.workspace]: 'phi', [labels.os]: 'user' } },
      spec: {
        requirements: [
          { key: labels.instanceType, operator: 'In', values: ['Standard_NC6s_v3'] },
          { key: labels.os, operator: 'In', values: ['linux'] },
          { key: labels.arch, operator: 'In', values: ['amd64'] },
          { key: labels.zone, operator: 'In', values: ['a', 'b'] },
        ],
      },
    });
    const node = aNode({
      metadata: {
        labels: { [labels.agentPool]: 'ws012345678', [labels.zone]: 'eastus-1', [labels.arch]: 'x', private: 'y' },
      },
    });
    expect(plan(observed({ pool, claim, nodes: [node] })).actions[0]).toMatchObject({
      patch: {
        metadata: {
          labels: {
            [labels.zone]: 'eastus-1',
            'karpenter.k8s.azure/zone': 'eastus-1',
            'karpenter.sh/capacity-type': 'on-demand',
            'kaito.sh/machine-type': 'gpu',
            [labels.instanceType]: 'Standard_NC6s_v3',
            [labels.arch]: 'amd64',
            [labels.os]: 'user',
            [labels.workspace]: 'phi',
          },
        },
      },
    });
  });

  it('has nothing to do at rest', () => {
    const claim = aClaim({ metadata: { annotations }, status: restingStatus });
    expect(plan(observed({ pool, claim, nodes: [aRegisteredNode()] }))).toEqual({ actions: [] });
  });

  it('watches the pool of a Node that is not Ready', () => {
    const claim = aClaim({ metadata: { annotations }, status: restingStatus });
    const node = aRegisteredNode({ status: notReady });
    expect(plan(observed({ pool, claim, nodes: [node] }))).toEqual({ actions: [], lookAt: secondsAgo(-29) });
    const unknown = knowledge({ view: { state: 'Unknown' } });
    expect(plan(observed({ pool: unknown, claim, nodes: [node] }))).toEqual({ actions: [] });
  });

  it('gives a claim up whose pool is certainly gone and whose Node is not Ready', () => {
    const claim = aClaim({ metadata: { annotations }, status: restingStatus });
    const nodes = [aRegisteredNode({ status: notReady })];
    expect(plan(observed({ claim, nodes, pool: knowledge({ view: absent }) }))).toEqual({
      actions: [{ kind: 'LookUpPool' }],
      requeueAfterMs: 0,
    });
    expect(plan(observed({ claim, nodes, pool: knowledge({ view: lookedUp }) })).actions[1]).toEqual({
      kind: 'DeleteClaim',
      claim: refOf(aClaim()),
      reason: 'pool_lost',
      proof: { name: 'aks-ws012345678-vmss000000', uid: 'node-1', mayBeNotReady: true },
    });
  });

  it('gives a claim up whose Node somebody deletes, or has deleted', () => {
    const claim = aClaim({ metadata: { annotations }, status: restingStatus });
    const proof = { name: 'aks-ws012345678-vmss000000', uid: 'node-1', mayBeNotReady: false };
    const going = plan(observed({ pool, claim, nodes: [aRegisteredNode({ metadata: deleting })] }));
    expect(going.actions[1]).toMatchObject({ kind: 'DeleteClaim', reason: 'node_lost', proof });
    const gone = plan(observed({ pool, claim, nodes: [] }));
    expect(gone.actions[1]).toMatchObject({ kind: 'DeleteClaim', reason: 'node_lost', proof });
    const unnamed = plan(observed({ pool, claim: aClaim({ metadata: { annotations } }), nodes: [] }));
    expect(unnamed.actions[1]).toEqual({ kind: 'DeleteClaim', claim: refOf(aClaim()), reason: 'node_lost' });
  });

  it('initializes neither of two Nodes with one provider ID', () => {
    const twins = [aNode(), aNode({ metadata: { name: 'b', uid: 'node-2' } })];
    const many = plan(observed({ pool, nodes: twins }));
    expect(kinds(many)).toEqual(['PatchClaimStatus']);
    expect(message(many, 'MachineRegistered')).toContain(PROVIDER_ID);
  });
});

describe('the plan of a deleted claim', () => {
  it('is empty when nothing of ours holds it', () => {
    expect(plan(observed({ claim: aClaim({ metadata: { ...deleting, finalizers: ['other'] } }) }))).toEqual({
      actions: [],
    });
  });

  it('waits for the first list, then asks about its own pool, then lets go', () => {
    expect(plan(observed({ claim: deletedClaim(), pool: knowledge({ view: { state: 'Unknown' } }) }))).toEqual({
      actions: [],
      lookAt: NOW,
    });
    expect(plan(observed({ claim: deletedClaim() }))).toEqual({ actions: [{ kind: 'LookUpPool' }], requeueAfterMs: 0 });
    expect(plan(observed({ claim: deletedClaim(), pool: knowledge({ view: lookedUp }) }))).toEqual({
      actions: [
        { kind: 'PatchClaim', claim: refOf(aClaim()), patch: { metadata: { resourceVersion: '7', finalizers: [] } } },
      ],
    });
  });

  it('waits until a create without an answer can no longer make a pool, and looks again then', () => {
    const claim = deletedClaim({ annotations: attempted });
    expect(plan(observed({ claim, pool: knowledge({ view: lookedUp }) }))).toEqual({
      actions: [],
      requeueAfterMs: 8_000,
    });
    const later = observed({ claim, pool: knowledge({ view: lookedUp }), now: secondsAgo(-8) });
    expect(kinds(plan(later))).toEqual(['LookUpPool']);
    const lost = knowledge({ view: lookedUp, refusedCreate: refused(passing) });
    expect(kinds(plan(observed({ claim, pool: lost })))).toEqual([]);
    const answered = knowledge({ view: lookedUp, refusedCreate: refused({ kind: 'Denied', code: 'c', message: '' }) });
    expect(kinds(plan(observed({ claim, pool: answered })))).toEqual(['PatchClaim']);
  });

  it('looks once more before the claim goes, since a list may be an old one', () => {
    const view = { state: 'Absent', observedAt: NOW, evidence: 'List', wasDeleting: true } as const;
    const looking = plan(observed({ claim: deletedClaim(), pool: knowledge({ view }) }));
    expect(looking).toEqual({ actions: [], lookAt: secondsAgo(-2) });
    const twice = knowledge({ view: { ...view, evidence: 'Lists' } });
    expect(kinds(plan(observed({ claim: deletedClaim(), pool: twice })))).toEqual(['PatchClaim']);
  });

  it('deletes only the pool that it has seen', () => {
    const pool = knowledge({ view: present(aPool({ phase: 'Ready', etag: 'e-1' })) });
    expect(plan(observed({ claim: deletedClaim(), pool })).actions).toMatchObject([
      { kind: 'DeletePool', etag: 'e-1' },
    ]);
  });

  it('lets the Node go before the claim, once the pool is gone', () => {
    const view = { state: 'Absent', observedAt: NOW, evidence: 'Lookup', wasDeleting: true } as const;
    const nodes = [aRegisteredNode({ metadata: deleting }), aNode({ metadata: { name: 'other', uid: 'o' } })];
    expect(kinds(plan(observed({ claim: deletedClaim(), nodes, pool: knowledge({ view }) })))).toEqual([
      'PatchNode',
      'PatchClaim',
    ]);
  });

  it('closes and deletes the Node, and nothing else, at first', () => {
    const nodes = [aRegisteredNode()];
    const pool = knowledge({ view: present(aPool({ phase: 'Ready' })) });
    expect(kinds(plan(observed({ claim: deletedClaim(), nodes, pool })))).toEqual(['PatchNode', 'DeleteNode']);
  });

  it('waits for the Node that it has deleted to show it, however late that is seen', () => {
    const pool = knowledge({ view: present(aPool({ phase: 'Ready' })) });
    const planned = plan(observed({ claim: deletedClaim(), nodes: [aRegisteredNode()], pool }));
    expect(planned.requeueAfterMs).toBeUndefined();
  });

  it('does not drain what is being deleted already', () => {
    const nodes = [aRegisteredNode()];
    const pool = knowledge({ view: present(aPool({ phase: 'Deleting' }), secondsAgo(1)) });
    expect(plan(observed({ claim: deletedClaim(), nodes, pool }))).toMatchObject({
      actions: [],
      lookAt: secondsAgo(-17),
    });
  });

  it('looks often once the deletion can be over, and less often the longer it takes', () => {
    expect(deletingFor(20).lookAt).toEqual(secondsAgo(-2));
    expect(deletingFor(54).lookAt).toEqual(secondsAgo(-18));
    expect(deletingFor(600).lookAt).toEqual(secondsAgo(-30));
  });

  it('deletes on fresh knowledge only', () => {
    const stale = knowledge({ view: present(aPool(), secondsAgo(31)) });
    expect(plan(observed({ claim: deletedClaim(), pool: stale }))).toEqual({ actions: [], lookAt: NOW });
    const fresh = knowledge({ view: present(aPool(), secondsAgo(30)) });
    expect(kinds(plan(observed({ claim: deletedClaim(), pool: fresh })))).toEqual(['DeletePool']);
  });

  it('aborts the creation that refused the delete, and nothing that is not being created', () => {
    const refusedDelete = refused(own);
    const creating = knowledge({ view: present(), refusedDelete });
    expect(kinds(plan(observed({ claim: deletedClaim(), pool: creating })))).toEqual(['AbortPool']);
    const ready = { ...creating, view: present(aPool({ phase: 'Ready' })) };
    expect(plan(observed({ claim: deletedClaim(), pool: ready }))).toEqual({ actions: [], requeueAfterMs: 1_000 });
  });

  it('waits for its turn, or for as long as the cloud asked for', () => {
    const view = present();
    const waiting = plan(observed({ claim: deletedClaim(), pool: knowledge({ view, deleteTurn: { mayGo: false } }) }));
    expect(waiting).toEqual({ actions: [], waitsFor: 'delete', lookAt: secondsAgo(-1) });
    const quiet = knowledge({ view, deleteTurn: { mayGo: false, until: secondsAgo(-5) } });
    expect(plan(observed({ claim: deletedClaim(), pool: quiet }))).toEqual({ actions: [], requeueAfterMs: 5_000 });
    const refusedDelete = refused({ ...passing, retryAfterMs: 40_000 });
    const asked = knowledge({ view, refusedDelete });
    expect(plan(observed({ claim: deletedClaim(), pool: asked }))).toEqual({ actions: [], requeueAfterMs: 40_000 });
  });

  it('lets go at once where the pool of its name is not its own', () => {
    const pool = knowledge({ view: present(aPool({ tags: {} })) });
    expect(kinds(plan(observed({ claim: deletedClaim(), pool })))).toEqual(['PatchClaim']);
  });
});

const restingStatus = {
  providerID: PROVIDER_ID,
  nodeName: 'aks-ws012345678-vmss000000',
  capacity: { cpu: '24' },
  allocatable: { cpu: '23' },
  conditions: ['MachineInitialized', 'MachineLaunched', 'MachineRegistered', 'Ready'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: '2026-01-01T00:59:50Z',
  })),
};

function deletedClaim(parts: { annotations?: Record<string, string> } = {}): Claim {
  return aClaim({ metadata: { ...deleting, ...parts } });
}

function deletingFor(seconds: number): Plan {
  const view = present(aPool({ phase: 'Deleting' }), NOW, secondsAgo(seconds));
  return plan(observed({ claim: deletedClaim(), pool: knowledge({ view }) }));
}

function kinds({ actions }: Plan): readonly Action['kind'][] {
  return actions.map(({ kind }) => kind);
}

function message({ actions }: Plan, type = 'MachineLaunched'): string | undefined {
  const written = actions.find((action) => action.kind === 'PatchClaimStatus');
  return written?.status.conditions?.find((condition) => condition.type === type)?.message;
}
