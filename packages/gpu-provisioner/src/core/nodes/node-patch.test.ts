import { describe, expect, it } from '@jest/globals';

import { aClaim, aNode, aRegisteredNode } from '../../../test/builders.ts';
import { closingPatch, isHeldFor, nodePatch, releasePatch } from './node-patch.ts';

const notReady = { conditions: [{ type: 'Ready', status: 'False' }] };

describe('nodePatch', () => {
  it('registers a Node in one patch: finalizer, owner, labels, annotations, taints', () => {
    const claim = aClaim({
      metadata: {
        annotations: {
          team: 'ml',
          'karpenter.sh/linked': 'x',
          'kaito.sh/node-uid': 'y',
          'kaito.sh/create-attempts': 'z',
        },
      },
      spec: { startupTaints: [{ key: 'boot', effect: 'NoSchedule' }] },
    });
    const node = aNode({
      metadata: {
        finalizers: ['other'],
        ownerReferences: [{ apiVersion: 'v1', kind: 'Other', name: 'o', uid: 'o' }],
      },
      spec: { taints: [{ key: 'sku', value: 'cpu', effect: 'NoSchedule' }] },
      status: notReady,
    });
    expect(nodePatch(claim, node, { a: 'b' })).toEqual({
      metadata: {
        resourceVersion: '9',
        finalizers: ['other', 'karpenter.sh/termination'],
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Other', name: 'o', uid: 'o' },
          {
            apiVersion: 'karpenter.sh/v1alpha5',
            kind: 'Machine',
            name: 'ws012345678',
            uid: 'machine-1',
            blockOwnerDeletion: true,
          },
        ],
        labels: { a: 'b', 'karpenter.sh/registered': 'true' },
        annotations: { team: 'ml' },
      },
      spec: {
        taints: [
          { key: 'sku', value: 'cpu', effect: 'NoSchedule' },
          { key: 'boot', effect: 'NoSchedule' },
        ],
      },
    });
  });

  it('initializes in the same patch when nothing blocks', () => {
    expect(nodePatch(aClaim(), aNode(), {})?.metadata.labels).toEqual({
      'karpenter.sh/registered': 'true',
      'karpenter.sh/initialized': 'true',
    });
  });

  it('initializes later with a patch of one label', () => {
    const node = aRegisteredNode({
      metadata: { labels: { agentpool: 'ws012345678', 'karpenter.sh/registered': 'true' } },
    });
    expect(nodePatch(aClaim(), node, {})).toEqual({
      metadata: { resourceVersion: '9', labels: { 'karpenter.sh/initialized': 'true' } },
    });
  });

  it('writes nothing on a Node that has everything, even when a startup taint came back', () => {
    expect(nodePatch(aClaim(), aRegisteredNode(), {})).toBeUndefined();
    const claim = aClaim({ spec: { startupTaints: [{ key: 'boot', effect: 'NoSchedule' }] } });
    expect(nodePatch(claim, aRegisteredNode(), {})).toBeUndefined();
  });

  it('registers a Node again that bears the label but has another owner', () => {
    const node = aRegisteredNode({ metadata: { ownerReferences: [] } });
    expect(nodePatch(aClaim(), node, {})?.metadata.ownerReferences).toHaveLength(1);
  });
});

const excluded = { 'node.kubernetes.io/exclude-from-external-load-balancers': 'karpenter' };

describe('closingPatch', () => {
  it('cordons the Node of a Machine and closes it to load balancers, once', () => {
    expect(closingPatch(aNode(), 'Machine')).toEqual({
      metadata: { resourceVersion: '9', labels: excluded },
      spec: { unschedulable: true },
    });
    const closed = aNode({ metadata: { labels: excluded }, spec: { unschedulable: true } });
    expect(closingPatch(closed, 'Machine')).toBeUndefined();
  });

  it('taints the Node of a NodeClaim, beside the taints that it has', () => {
    const gpu = { key: 'sku', value: 'gpu', effect: 'NoSchedule' };
    const disrupted = { key: 'karpenter.sh/disrupted', effect: 'NoSchedule' };
    expect(closingPatch(aNode({ spec: { taints: [gpu] } }), 'NodeClaim')).toEqual({
      metadata: { resourceVersion: '9', labels: excluded },
      spec: { taints: [gpu, disrupted] },
    });
    const closed = aNode({ metadata: { labels: excluded }, spec: { taints: [disrupted] } });
    expect(closingPatch(closed, 'NodeClaim')).toBeUndefined();
    expect(closingPatch(closed, 'Machine')).toBeDefined();
  });
});

describe('releasePatch', () => {
  it('takes our finalizer away and leaves the others', () => {
    const held = { resourceVersion: '3', finalizers: ['a', 'karpenter.sh/termination'] };
    expect(releasePatch(held)).toEqual({ metadata: { resourceVersion: '3', finalizers: ['a'] } });
    expect(releasePatch({ resourceVersion: '3', finalizers: ['a'] })).toBeUndefined();
  });
});

describe('isHeldFor', () => {
  it('is so with our finalizer and the claim as owner', () => {
    expect(isHeldFor(aRegisteredNode(), { uid: 'machine-1' })).toBe(true);
    expect(isHeldFor(aRegisteredNode(), { uid: 'machine-2' })).toBe(false);
    expect(isHeldFor(aRegisteredNode({ metadata: { finalizers: [] } }), { uid: 'machine-1' })).toBe(false);
  });
});
