import { describe, expect, it } from '@jest/globals';
import { NodeClaim } from '@kaito/types';
import type { Workspace } from '@kaito/types';

import { aWorkspace, inferenceOf, settings } from '../../../test/builders.ts';
import { statement } from '../../../test/conformance/statement.ts';
import { isRead } from '../spec/reading.ts';
import { readSpec } from '../spec/spec.ts';
import type { ClassOrder } from './claim-order.ts';
import { CLOUD_NODE_CLASSES, KAITO_NODE_CLASS } from './node-class.ts';
import { nodeClaimManifest } from './node-claim-manifest.ts';

const KWOK = { group: 'karpenter.kwok.sh', kind: 'KWOKNodeClass', name: 'default' };
const isIn = (key: string, value: string): object => ({ key, operator: 'In', values: [value] });

describe('nodeClaimManifest', () => {
  it('is for gpu-provisioner what the Go original writes, and lives for ever', () => {
    expect(nodeClaimManifest('ws4f1e0d23d', orderOf({}))).toEqual({
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodeClaim',
      metadata: {
        name: 'ws4f1e0d23d',
        labels: {
          'karpenter.sh/nodepool': 'kaito',
          'kaito.sh/workspace': 'llm',
          'kaito.sh/workspacenamespace': 'default',
          apps: 'phi-3',
        },
        annotations: { 'karpenter.sh/do-not-disrupt': 'true', 'kaito.sh/node-image-family': 'ubuntu' },
      },
      spec: {
        nodeClassRef: { group: 'kaito.sh', kind: 'KaitoNodeClass', name: 'default' },
        requirements: [
          isIn('karpenter.sh/nodepool', 'kaito'),
          isIn('node.kubernetes.io/instance-type', 'Standard_NC6s_v3'),
          isIn('kubernetes.io/os', 'linux'),
          isIn('karpenter.azure.com/sku-name', 'Standard_NC6s_v3'),
        ],
        taints: [{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }],
        expireAfter: 'Never',
        resources: { requests: { storage: '50Gi' } },
      },
    });
  });

  statement(65, 'other provisioners are asked for no storage, and for nothing else that no Node may have', () => {
    const others = [KWOK, CLOUD_NODE_CLASSES.azure, CLOUD_NODE_CLASSES.aws, { ...KAITO_NODE_CLASS, kind: 'GpuClass' }];
    for (const nodeClass of others) {
      expect(readBack(orderOf({ nodeClass })).spec.resources?.requests ?? {}).toEqual({});
    }
    expect(readBack(orderOf({})).spec.resources?.requests).toEqual({ storage: '50Gi' });
  });

  statement(63, 'it is not to be disrupted and never expires, of whatever class', () => {
    for (const nodeClass of [KAITO_NODE_CLASS, KWOK, CLOUD_NODE_CLASSES.azure, CLOUD_NODE_CLASSES.aws]) {
      const { metadata, spec } = readBack(orderOf({ nodeClass }));
      expect(metadata.annotations).toMatchObject({ 'karpenter.sh/do-not-disrupt': 'true' });
      expect(spec.expireAfter).toBe('Never');
    }
  });

  it('tells other provisioners nothing that only gpu-provisioner reads', () => {
    const order = orderOf({
      nodeClass: KWOK,
      earlierAttempts: '2026-01-01T00:00:00Z',
      requirements: { b: '2', a: '1' },
    });
    const manifest = nodeClaimManifest('ws1', order);
    expect(manifest.metadata).toMatchObject({ annotations: { 'karpenter.sh/do-not-disrupt': 'true' } });
    expect(manifest['spec']).toEqual({
      nodeClassRef: KWOK,
      requirements: [
        isIn('karpenter.sh/nodepool', 'kaito'),
        isIn('node.kubernetes.io/instance-type', 'Standard_NC6s_v3'),
        isIn('kubernetes.io/os', 'linux'),
        isIn('a', '1'),
        isIn('b', '2'),
      ],
      taints: [{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }],
      expireAfter: 'Never',
    });
  });

  it.each([
    [CLOUD_NODE_CLASSES.azure, isIn('karpenter.azure.com/sku-name', 'Standard_NC6s_v3')],
    [CLOUD_NODE_CLASSES.aws, { key: 'karpenter.k8s.aws/instance-gpu-count', operator: 'Gt', values: ['0'] }],
  ])('chooses the size in the words of the provider of %j', (nodeClass, requirement) => {
    expect(readBack(orderOf({ nodeClass })).spec.requirements.at(-1)).toEqual(requirement);
  });

  it.each([
    ['the preset', inferenceOf('mistral-7b'), '100Gi'],
    ['a bare number', inferenceOf('falcon-40b'), '400Gi'],
    ['nothing', { template: { spec: { containers: [{ name: 'a', image: 'ghcr.io/me/a:1' }] } } }, '1024Gi'],
  ])('asks for the disk that %s says', (_, inference, storage) => {
    const workspace = aWorkspace({ resource: { instanceType: 'Standard_NC48ads_A100_v4' }, inference });
    expect(readBack(orderOf({ workspace })).spec.resources?.requests).toEqual({ storage });
  });

  it.each([
    [undefined, undefined, 'ubuntu'],
    [undefined, 'azurelinux', 'azurelinux'],
    [' AzureLinux ', 'ubuntu', 'azurelinux'],
    ['windows', 'azurelinux', 'azurelinux'],
  ])('has for %j beside the default %j the image of %s', (wanted, imageFamily, family) => {
    const annotations = wanted === undefined ? {} : { 'kaito.sh/node-image-family': wanted };
    const workspace = aWorkspace({ metadata: { annotations } });
    expect(nodeClaimManifest('ws1', orderOf({ workspace, imageFamily })).metadata).toMatchObject({
      annotations: { 'kaito.sh/node-image-family': family },
    });
  });

  it('is never given away by a label of the user', () => {
    const labelSelector = { matchLabels: { 'karpenter.sh/nodepool': 'mine', tier: 'gold' } };
    const workspace = aWorkspace({ resource: { labelSelector } });
    expect(nodeClaimManifest('ws1', orderOf({ workspace })).metadata).toMatchObject({
      labels: { 'karpenter.sh/nodepool': 'kaito', tier: 'gold' },
    });
  });
});

function readBack(order: ClassOrder): NodeClaim {
  const { metadata, ...rest } = nodeClaimManifest('ws1', order);
  const made = { uid: '1', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
  return NodeClaim.parse({ ...rest, metadata: { ...metadata, ...made } });
}

function orderOf({ workspace = aWorkspace(), ...rest }: Partial<ClassOrder> & { workspace?: Workspace }): ClassOrder {
  const spec = readSpec(workspace, settings);
  if (!isRead(spec)) {
    throw new Error(JSON.stringify(spec));
  }
  return { workspace, spec: spec.value, earlierAttempts: '', nodeClass: KAITO_NODE_CLASS, ...rest };
}
