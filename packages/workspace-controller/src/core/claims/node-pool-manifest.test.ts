import { describe, expect, it } from '@jest/globals';

import { aWorkspace, settings } from '../../../test/builders.ts';
import { statement } from '../../../test/conformance/statement.ts';
import { isRead } from '../spec/reading.ts';
import { readSpec } from '../spec/spec.ts';
import type { ClassOrder } from './claim-order.ts';
import { CLOUD_NODE_CLASSES } from './node-class.ts';
import { nodePoolManifest } from './node-pool-manifest.ts';

describe('nodePoolManifest', () => {
  it('orders so many nodes that stay', () => {
    expect(nodePoolManifest('default-llm', 2, orderOf({}))).toEqual({
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodePool',
      metadata: {
        name: 'default-llm',
        labels: {
          'karpenter.kaito.sh/managed-by': 'kaito',
          'karpenter.kaito.sh/workspace-name': 'llm',
          'karpenter.kaito.sh/workspace-namespace': 'default',
        },
      },
      spec: {
        replicas: 2,
        template: {
          metadata: {
            labels: {
              apps: 'phi-3',
              'karpenter.kaito.sh/workspace-name': 'llm',
              'karpenter.kaito.sh/workspace-namespace': 'default',
            },
            annotations: { 'karpenter.sh/do-not-disrupt': 'true' },
          },
          spec: {
            nodeClassRef: { group: 'karpenter.azure.com', kind: 'AKSNodeClass', name: 'default' },
            requirements: [
              { key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['Standard_NC6s_v3'] },
              { key: 'karpenter.azure.com/placement-scope', operator: 'In', values: ['regional'] },
              { key: 'tier', operator: 'In', values: ['gold'] },
            ],
            taints: [{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }],
            expireAfter: 'Never',
          },
        },
        disruption: { consolidateAfter: '0s', budgets: [{ nodes: '1', reasons: ['Drifted'] }] },
      },
    });
  });

  statement(63, 'the nodes of a NodePool are not to be disrupted and never expire, either', () => {
    expect(nodePoolManifest('p', 1, orderOf({}))).toMatchObject({
      spec: {
        template: {
          metadata: { annotations: { 'karpenter.sh/do-not-disrupt': 'true' } },
          spec: { expireAfter: 'Never' },
        },
      },
    });
  });

  statement(62, 'a NodePool is of the class of the configuration', () => {
    const nodeClass = { group: 'example.com', kind: 'GpuClass', name: 'large' };
    const manifest = nodePoolManifest('p', 1, orderOf({ nodeClass }));
    expect(manifest).toHaveProperty('spec.template.spec.nodeClassRef', nodeClass);
  });

  statement(65, 'nor do they ask for storage', () => {
    for (const nodeClass of [CLOUD_NODE_CLASSES.azure, CLOUD_NODE_CLASSES.aws]) {
      expect(JSON.stringify(nodePoolManifest('p', 1, orderOf({ nodeClass })))).not.toContain('storage');
    }
  });

  it.each([
    ['azl', 'azl'],
    ['windows', 'ubuntu'],
  ])('has for the class %s of the Workspace the class %s', (wanted, name) => {
    const workspace = aWorkspace({ metadata: { annotations: { 'kaito.sh/node-class-name': wanted } } });
    const nodeClass = { ...CLOUD_NODE_CLASSES.azure, name: 'ubuntu', choices: ['ubuntu', 'azl'] };
    expect(nodePoolManifest('p', 1, orderOf({ workspace, nodeClass }))['spec']).toMatchObject({
      template: { spec: { nodeClassRef: { name } } },
    });
  });
});

function orderOf({ workspace = aWorkspace(), ...rest }: Partial<ClassOrder>): ClassOrder {
  const spec = readSpec(workspace, settings);
  if (!isRead(spec)) {
    throw new Error(JSON.stringify(spec));
  }
  const requirements = { tier: 'gold' };
  return {
    workspace,
    spec: spec.value,
    earlierAttempts: '',
    nodeClass: CLOUD_NODE_CLASSES.azure,
    requirements,
    ...rest,
  };
}
