import { describe, expect, it } from '@jest/globals';
import type { Node, Pod } from '@kaito/types';

import { aNode, aPod, aWorkspace, observed } from '../../../test/builders.ts';
import { resourceOf } from '../spec/resource.ts';
import type { Holding } from './holding.ts';
import { obstacle, obstacleToTaking } from './obstacle.ts';

const OTHER: Holding = { workspace: 'default/other', uid: 'x', createdAt: '', isMarked: false, isShort: false };
const TEMPLATE = { template: { spec: { containers: [{ name: 'a', image: 'b' }] } } };
const leaving = { deletionTimestamp: '2026-01-01T12:00:00Z' };

describe('obstacleToTaking', () => {
  it.each<readonly [string | undefined, Node]>([
    [undefined, free()],
    [undefined, free({ spec: { taints: [{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }] } })],
    [undefined, free({ spec: { taints: [{ key: 'nvidia.com/gpu', effect: 'NoSchedule' }] } })],
    [undefined, free({ spec: { taints: [{ key: 'mine', effect: 'PreferNoSchedule' }] } })],
    ['is held by default/other', aNode('held', { own: false })],
    ['belongs to workspace x', free({ labels: { 'kaito.sh/workspace': 'x' } })],
    ['belongs to workspace x', free({ labels: { 'karpenter.kaito.sh/workspace-name': 'x' } })],
    ['belongs to ragengine rag', free({ labels: { 'kaito.sh/ragengine': 'rag' } })],
    ['is being given up', free({ labels: { 'kaito.sh/reserved-by': `${aWorkspace().metadata.uid}.leaving` } })],
    ['is being deleted', free({ metadata: leaving })],
    ['is not ready', free({ isReady: false })],
    ['is cordoned', free({ spec: { unschedulable: true } })],
    ['lacks the label apps=phi-3', free({ labels: { apps: 'x' } })],
    ['has size unknown, not Standard_NC6s_v3', free({ labels: { 'node.kubernetes.io/instance-type': '' } })],
    ['has the taint mine', free({ spec: { taints: [{ key: 'mine', effect: 'NoSchedule' }] } })],
    [
      'has the taint karpenter.sh/unregistered',
      free({ spec: { taints: [{ key: 'karpenter.sh/unregistered', effect: 'NoExecute' }] } }),
    ],
  ])('is that it %s', (why, node) => {
    const state = observed({ holdings: new Map([['held', OTHER]]) });
    expect(obstacleToTaking(node, state, resourceOf(state.workspace, 'machine'))).toBe(why);
  });

  it.each<readonly [string | undefined, object, Node]>([
    [undefined, {}, free({ labels: { 'node.kubernetes.io/instance-type': 'any' } })],
    ['shows no nvidia.com/gpu', {}, free({ gpus: 0, labels: { accelerator: '' } })],
    [undefined, {}, free({ gpus: 0, labels: { accelerator: '', 'nvidia.com/gpu.count': '2' } })],
    [undefined, {}, free({ gpus: 0, labels: { accelerator: '', 'nvidia.com/gpu.present': 'true' } })],
    [undefined, {}, free({ gpus: 0, labels: { accelerator: '', 'nvidia.com/gpu.product': 'Tesla-T4' } })],
    ['shows no nvidia.com/gpu', {}, free({ gpus: 0, labels: { accelerator: '', 'nvidia.com/gpu.count': '0' } })],
    [undefined, { inference: TEMPLATE }, free({ gpus: 0, labels: { accelerator: '' } })],
    [undefined, { inference: TEMPLATE }, free({ spec: { taints: [{ key: 'mine', effect: 'NoSchedule' }] } })],
    [
      'shows no nvidia.com/gpu',
      { inference: TEMPLATE, resource: { labelSelector: {} } },
      free({ gpus: 0, labels: { accelerator: '' } }),
    ],
  ])('where nodes are brought is that it %s, given %j', (why, more, node) => {
    const workspace = aWorkspace({ ...more });
    expect(obstacleToTaking(node, observed({ workspace }), resourceOf(workspace, 'byo'))).toBe(why);
  });
});

describe('obstacle', () => {
  const cordoned = aNode('a', { spec: { unschedulable: true } });

  it.each([
    ['nothing for a cordoned node on which its pod works', undefined, [podThere({ phase: 'Running' })]],
    ['a cordon when its pod is on the way out', 'is cordoned', [podThere({}, leaving)]],
    ['a cordon when its pod has come to its end', 'is cordoned', [podThere({ phase: 'Failed' })]],
    ['a cordon when its pod is elsewhere', 'is cordoned', [aPod({})]],
  ])('is %s', (_, why, pods) => {
    const state = observed({ pods });
    expect(obstacle(cordoned, state, resourceOf(state.workspace, 'machine'))).toBe(why);
  });
});

function free(options: Parameters<typeof aNode>[1] = {}): Node {
  return aNode('a', { own: false, ...options });
}

function podThere(status: object, metadata: object = {}): Pod {
  return { ...aPod(status, metadata), spec: { nodeName: 'a' } };
}
