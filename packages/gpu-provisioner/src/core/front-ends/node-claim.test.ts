import { describe, expect, it } from '@jest/globals';
import { labels } from '@kaito/types';
import type { NodeClaim } from '@kaito/types';

import { aRegisteredNode, NOW, secondsAgo } from '../../../test/builders.ts';
import { claimStatus } from '../claim/claim-status.ts';
import { launching, registered, withoutNode } from '../progress.ts';
import type { Progress } from '../progress.ts';
import { claimOfNodeClaim, isServedNodeClaim } from './node-claim.ts';

const kaito = { group: 'kaito.sh', kind: 'KaitoNodeClass', name: 'default' };
const foreign = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' };

function aNodeClaim(
  parts: Partial<NodeClaim['spec']> = {},
  own: Record<string, string> = {},
  annotations?: Record<string, string>,
): NodeClaim {
  return {
    metadata: {
      name: 'wsa',
      uid: 'claim-1',
      resourceVersion: '1',
      generation: 3,
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: own,
      ...(annotations && { annotations }),
    },
    spec: { requirements: [], nodeClassRef: kaito, ...parts },
  };
}

describe('a NodeClaim', () => {
  it('is served for its class or for a label of Kaito', () => {
    expect(isServedNodeClaim(aNodeClaim())).toBe(true);
    expect(isServedNodeClaim(aNodeClaim({ nodeClassRef: foreign }))).toBe(false);
    expect(isServedNodeClaim(aNodeClaim({ nodeClassRef: foreign }, { [labels.workspace]: 'phi' }))).toBe(true);
    expect(isServedNodeClaim(aNodeClaim({ nodeClassRef: foreign }, { [labels.ragEngine]: 'rag' }))).toBe(true);
  });

  it('says how long it may live and drain', () => {
    const claim = claimOfNodeClaim(aNodeClaim({ expireAfter: '720h', terminationGracePeriod: '1m30s' }));
    expect([claim.expireAfterMs, claim.terminationGraceMs]).toEqual([2_592_000_000, 90_000]);
    expect(claimOfNodeClaim(aNodeClaim({ expireAfter: 'Never' })).expireAfterMs).toBeUndefined();
  });

  it('lives for ever when it is not to be disrupted and nobody has said how long', () => {
    const kept = { 'karpenter.sh/do-not-disrupt': 'true' };
    const lifeOf = (expireAfter: string): number | undefined =>
      claimOfNodeClaim(aNodeClaim({ expireAfter }, {}, kept)).expireAfterMs;
    expect([lifeOf('720h'), lifeOf('1h')]).toEqual([undefined, 3_600_000]);
  });
});

describe('the conditions of a NodeClaim', () => {
  it('begin as Unknown, awaiting reconciliation', () => {
    expect(told(launching({ reason: 'Launching', message: 'waiting for the Node' }))).toEqual([
      'Initialized Unknown AwaitingReconciliation @3 waiting for the launch',
      'Launched Unknown AwaitingReconciliation @3 waiting for the Node',
      'Ready Unknown ReconcilingDependents @3 Launched=Unknown, Registered=Unknown, Initialized=Unknown',
      'Registered Unknown AwaitingReconciliation @3 waiting for the launch',
    ]);
  });

  it('stay Unknown when a launch failed, with the reason; several Nodes are a failure', () => {
    expect(told(launching({ reason: 'LaunchFailed', message: 'no quota' }))).toContain(
      'Launched Unknown LaunchFailed @3 no quota',
    );
    const many = told(withoutNode('azure:///1', { reason: 'MultipleNodesFound', message: 'two' }));
    expect(many).toContain('Registered False MultipleNodesFound @3 two');
    expect(many).toContain('Ready False UnhealthyDependents @3 Registered=False, Initialized=False');
  });

  it('are True for their own name, with a time that moves with the status alone', () => {
    const claim = claimOfNodeClaim(aNodeClaim());
    const done = registered(claim, aRegisteredNode(), 'azure:///1');
    expect(told(done)).toEqual([
      'Initialized True Initialized @3 ',
      'Launched True Launched @3 ',
      'Ready True Ready @3 ',
      'Registered True Registered @3 ',
    ]);
    const before = claimStatus(claim, done, secondsAgo(60)) ?? {};
    expect(claimStatus({ ...claim, status: before }, done, NOW)).toBeUndefined();
  });
});

function told(progress: Progress): readonly string[] {
  return (claimStatus(claimOfNodeClaim(aNodeClaim()), progress, NOW)?.conditions ?? []).map(
    ({ message, observedGeneration, reason, status, type }) =>
      `${type} ${status} ${reason} @${observedGeneration} ${message}`,
  );
}
