import { describe, expect, it } from '@jest/globals';
import { labels } from '@kaito/types';

import type { Requirement } from './claim.ts';
import { wishesOf } from './wishes.ts';

const A = 'Standard_NC6s_v3';
const B = 'Standard_NC12s_v3';
const C = 'Standard_NC24s_v3';
const SKU_NAME = 'karpenter.azure.com/sku-name';

const sizes = isIn(labels.instanceType, A, B, C);

describe('what a claim would take', () => {
  it.each<[string, readonly Requirement[], readonly string[]]>([
    ['the sizes in the listed order', [sizes], [A, B, C]],
    ['what all requirements leave, in the order of the first', [sizes, isIn(labels.instanceType, C, A)], [A, C]],
    ['by either name, whatever the case', [sizes, isIn(SKU_NAME, B.toUpperCase())], [B]],
    ['without those that are taken away', [sizes, { key: SKU_NAME, operator: 'NotIn', values: [A] }], [B, C]],
    ['a size once', [isIn(labels.instanceType, A, A.toLowerCase())], [A]],
  ])('is %s', (_, requirements, expected) => {
    expect(wishesOf({ requirements }, 'eastus')).toMatchObject({ wishes: { sizes: expected } });
  });

  it.each<[string, readonly Requirement[], readonly string[]]>([
    ['on-demand where nothing is said', [], ['on-demand']],
    ['on-demand where anything will do', [{ key: labels.capacityType, operator: 'Exists' }], ['on-demand']],
    ['spot first where both are allowed', [isIn(labels.capacityType, 'on-demand', 'spot')], ['spot', 'on-demand']],
    [
      'spot where on-demand is taken away',
      [{ key: labels.capacityType, operator: 'NotIn', values: ['on-demand'] }],
      ['spot'],
    ],
  ])('is %s', (_, requirements, expected) => {
    expect(wishesOf({ requirements: [sizes, ...requirements] }, 'eastus')).toMatchObject({
      wishes: { capacityTypes: expected },
    });
  });

  it.each<[string, readonly Requirement[], readonly string[] | undefined]>([
    ['wherever there is room', [], undefined],
    ['wherever there is room, for a Node that lies in no zone', [isIn(labels.zone, '0')], undefined],
    ['in zones by number or as Nodes have them', [isIn(labels.zone, 'eastus-2', '1', 'westus-3')], ['2', '1']],
    ['in the zones that are left', [{ key: labels.zone, operator: 'NotIn', values: ['eastus-2'] }], ['1', '3']],
  ])('lies %s', (_, requirements, expected) => {
    const read = wishesOf({ requirements: [sizes, ...requirements] }, 'East US');
    expect(read.isValid ? read.wishes.zones : 'invalid').toEqual(expected);
  });

  it('may name the region in either spelling, and as many values as must be left', () => {
    const requirements = [isIn(labels.region, 'East US'), { ...sizes, minValues: 3 }];
    expect(wishesOf({ requirements }, 'eastus').isValid).toBe(true);
  });
});

describe('what contradicts itself', () => {
  it.each<[string, readonly Requirement[]]>([
    [
      'at least 3 values',
      [
        { ...sizes, minValues: 3 },
        { key: labels.instanceType, operator: 'NotIn', values: [A] },
      ],
    ],
    ['this cluster lies in eastus', [sizes, isIn(labels.region, 'westus')]],
    ['kubernetes.io/arch', [sizes, isIn(labels.arch, 's390x'), isIn(labels.arch, 'amd64')]],
    [
      'contradict each other about x',
      [sizes, { key: 'x', operator: 'DoesNotExist' }, { key: 'x', operator: 'Exists' }],
    ],
    ['no value of x', [sizes, isIn('x', 'a'), isIn('x', 'b')]],
    [
      'no value of x',
      [sizes, { key: 'x', operator: 'Gt', values: ['3'] }, { key: 'x', operator: 'Lt', values: ['4'] }],
    ],
    ['no value of x', [sizes, isIn('x', '3'), { key: 'x', operator: 'Gt', values: ['3'] }]],
  ])('is told: %s', (problem, requirements) => {
    const read = wishesOf({ requirements }, 'eastus');
    expect(read.isValid ? '' : read.problem).toContain(problem);
  });

  it('is not what leaves something', () => {
    const range = [
      { key: 'x', operator: 'Gt', values: ['3'] },
      { key: 'x', operator: 'Lt', values: ['5'] },
    ];
    expect(wishesOf({ requirements: [sizes, ...range] }, 'eastus').isValid).toBe(true);
  });
});

function isIn(key: string, ...values: readonly string[]): Requirement {
  return { key, operator: 'In', values: [...values] };
}
