import { describe, expect, it } from '@jest/globals';
import { annotations, labels } from '@kaito/types';

import { aClaim, NOW } from '../../../test/builders.ts';
import type { MachineParts } from '../../../test/builders.ts';
import type { Offering } from '../offerings/unavailable-offerings.ts';
import type { AgentPoolSpec } from '../pools/cloud.ts';
import { poolSpec } from './pool-spec.ts';

describe('poolSpec', () => {
  it('asks for what the claim says, marked as ours', () => {
    expect(spec({ metadata: { labels: { [labels.workspace]: 'phi', apps: 'phi-3' } } })).toEqual({
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
      capacityType: 'on-demand',
    });
  });

  it('takes the place that was found, and knows a size without GPUs', () => {
    expect(spec({}, { vmSize: 'Standard_D8s_v5', zone: '2', capacityType: 'spot' })).toMatchObject({
      vmSize: 'Standard_D8s_v5',
      zones: ['2'],
      capacityType: 'spot',
      nodeLabels: { 'kaito.sh/machine-type': 'cpu' },
    });
  });

  it('takes the distribution that the claim names', () => {
    expect(spec(family('ubuntu')).osSku).toBe('Ubuntu');
    expect(spec(family('AzureLinux')).osSku).toBe('AzureLinux');
    expect(spec(family('')).osSku).toBeUndefined();
  });

  it('writes a taint without a value', () => {
    expect(spec({ spec: { taints: [{ key: 'a', effect: 'NoExecute' }] } })).toMatchObject({
      nodeTaints: ['a=:NoExecute'],
    });
  });
});

function family(name: string): MachineParts {
  return { metadata: { annotations: { [annotations.imageFamily]: name } } };
}

function spec(
  parts: MachineParts,
  offering: Offering = { vmSize: 'Standard_NC24ads_A100_v4', capacityType: 'on-demand' },
): AgentPoolSpec {
  return poolSpec(aClaim(parts), { offering, clusterId: 'cluster-1', now: NOW });
}
