import { describe, expect, it } from '@jest/globals';
import { labels } from '@kaito/types';

import { aClaim, aPool } from '../../../test/builders.ts';
import { markOf, markTags, ownershipOf } from './ownership.ts';

const claim = aClaim();

describe('ownershipOf', () => {
  it.each([
    ['ours', {}],
    ['former', { 'kaito-claim-uid': 'machine-0' }],
    ['foreign', { 'kaito-cluster': 'cluster-2' }],
    ['foreign', { 'kaito-claim': 'wsother' }],
  ])('is %s with %j in the mark', (ownership, changed) => {
    const tags = { ...aPool().tags, ...changed };
    expect(ownershipOf(aPool({ tags }), claim, 'cluster-1')).toBe(ownership);
  });

  it('is foreign without a mark', () => {
    expect(ownershipOf(aPool({ tags: { 'kaito-claim': 'ws012345678' } }), claim, 'cluster-1')).toBe('foreign');
  });

  it('is legacy when the Go gpu-provisioner made it for the same Workspace', () => {
    const nodeLabels = {
      [labels.provisionerName]: 'default',
      [labels.workspace]: 'phi',
      [labels.workspaceNamespace]: 'default',
      [labels.machineType]: 'gpu',
    };
    expect(ownershipOf(aPool({ tags: {}, nodeLabels }), claim, 'cluster-1')).toBe('legacy');
    const elsewhere = { ...nodeLabels, [labels.workspaceNamespace]: 'other' };
    expect(ownershipOf(aPool({ tags: {}, nodeLabels: elsewhere }), claim, 'cluster-1')).toBe('foreign');
  });
});

describe('the mark', () => {
  it('reads as it was written', () => {
    const mark = { cluster: 'c', claim: 'n', claimUid: 'u' };
    expect(markOf({ tags: markTags(mark) })).toEqual(mark);
  });
});
