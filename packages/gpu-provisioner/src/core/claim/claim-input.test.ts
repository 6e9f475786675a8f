import { describe, expect, it } from '@jest/globals';
import { labels } from '@kaito/types';

import { aClaim } from '../../../test/builders.ts';
import type { MachineParts } from '../../../test/builders.ts';
import { readClaim } from './claim-input.ts';

describe('what is wrong with a claim', () => {
  it.each([
    ['metadata.name', { metadata: { name: 'too-long-or-dashed' } }],
    ['metadata.name', { metadata: { name: 'a123456789012' } }],
    ['metadata.labels has kubernetes.azure.com/mode', { metadata: { labels: { 'kubernetes.azure.com/mode': 'x' } } }],
    ['spec.requirements has no node.kubernetes.io/instance-type', { spec: { requirements: [] } }],
    [
      'spec.requirements has no node.kubernetes.io/instance-type',
      { spec: { requirements: [{ key: labels.instanceType, operator: 'Exists' }] } },
    ],
    [
      'kaito.sh/node-image-family "flatcar"',
      { metadata: { annotations: { 'kaito.sh/node-image-family': 'flatcar' } } },
    ],
    ['metadata.labels has team', { metadata: { labels: { team: '-x' } } }],
    ['spec.resources.requests.storage is 3Ti', { spec: { resources: { requests: { storage: '3Ti' } } } }],
  ])('names %s when that is what is wrong', (field, parts: MachineParts) => {
    const result = readClaim(aClaim(parts), 'eastus');
    expect(result.isValid ? '' : result.problem).toContain(field);
  });
});
