import { describe, expect, it } from '@jest/globals';
import { labels } from '@kaito/types';

import { aClaim, NOW } from '../../test/builders.ts';
import type { MachineParts } from '../../test/builders.ts';
import { poolSpec } from './pool-spec.ts';

describe('poolSpec', () => {
  it('asks for what the claim says, marked as ours', () => {
    expect(spec({ metadata: { labels: { [labels.workspace]: 'phi', apps: 'phi-3' } } })).toEqual({
      isValid: true,
      spec: {
        name: 'ws012345678',
        vmSize: 'Standard_NC24ads_A100_v4',
        osDiskSizeGiB: 120,
        tags: { 'kaito-cluster': 'cluster-1', 'kaito-claim': 'ws012345678', 'kaito-claim-uid': 'machine-1' },
        nodeLabels: {
          'karpenter.sh/provisioner-name': 'default',
          'kaito.sh/workspace': 'phi',
          apps: 'phi-3',
          'kaito.sh/machine-type': 'gpu',
          'kaito.sh/creation-timestamp': '2026-01-01T01-00-00Z',
        },
        nodeTaints: ['sku=gpu:NoSchedule'],
      },
    });
  });

  it('takes the first of several instance types, and knows a size without GPUs', () => {
    const requirements = [
      { key: labels.instanceType, operator: 'In', values: ['Standard_D8s_v5', 'Standard_NC6s_v3'] },
    ];
    expect(spec({ spec: { requirements } })).toMatchObject({
      spec: { vmSize: 'Standard_D8s_v5', nodeLabels: { 'kaito.sh/machine-type': 'cpu' } },
    });
  });

  it('writes a taint without a value', () => {
    expect(spec({ spec: { taints: [{ key: 'a', effect: 'NoExecute' }] } })).toMatchObject({
      spec: { nodeTaints: ['a=:NoExecute'] },
    });
  });

  it.each([
    ['metadata.name', { metadata: { name: 'too-long-or-dashed' } }],
    ['metadata.name', { metadata: { name: 'a123456789012' } }],
    ['metadata.labels has kubernetes.azure.com/mode', { metadata: { labels: { 'kubernetes.azure.com/mode': 'x' } } }],
    ['spec.requirements has no node.kubernetes.io/instance-type', { spec: { requirements: [] } }],
    [
      'spec.requirements has no node.kubernetes.io/instance-type',
      { spec: { requirements: [{ key: labels.instanceType, operator: 'Exists' }] } },
    ],
    ['spec.resources.requests.storage is 3Ti', { spec: { resources: { requests: { storage: '3Ti' } } } }],
  ])('names %s when that is what is wrong', (field, parts: MachineParts) => {
    const result = spec(parts);
    expect(result.isValid ? '' : result.problem).toContain(field);
  });
});

function spec(parts: MachineParts): ReturnType<typeof poolSpec> {
  return poolSpec(aClaim(parts), { clusterId: 'cluster-1', now: NOW });
}
