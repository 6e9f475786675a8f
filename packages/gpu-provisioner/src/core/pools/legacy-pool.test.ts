import { describe, expect, it } from '@jest/globals';
import { annotations, labels } from '@kaito/types';

import { aClaim, aPool } from '../../../test/builders.ts';
import { adoptionOf, isLegacyPoolOf, isMadeByGoProvisioner, madeAt } from './legacy-pool.ts';

const ofNodeClaim = {
  [labels.nodePool]: 'kaito',
  [labels.machineType]: 'gpu',
  [labels.creationTimestamp]: '2026-01-01T00-59-30Z',
};

describe('a pool of the Go gpu-provisioner', () => {
  it.each([
    ['the Machine era', { [labels.provisionerName]: 'default', [labels.machineType]: 'cpu' }, true],
    ['the NodeClaim era', ofNodeClaim, true],
    ['nobody knows', {}, false],
    ['another node pool', { ...ofNodeClaim, [labels.nodePool]: 'default' }, false],
    ['a NodePool of Karpenter', { [labels.nodePool]: 'kaito', [labels.machineType]: 'gpu' }, false],
    ['a person', { [labels.machineType]: 'gpu' }, false],
  ])('of %s is known by its labels', (_era, nodeLabels, isMade) => {
    expect(isMadeByGoProvisioner(aPool({ nodeLabels }))).toBe(isMade);
  });

  it('tells when it was asked for', () => {
    expect(madeAt({ nodeLabels: ofNodeClaim })).toEqual(new Date('2026-01-01T00:59:30Z'));
    expect(madeAt({ nodeLabels: { [labels.creationTimestamp]: 'yesterday' } })).toBeUndefined();
  });
});

describe('adoption', () => {
  const byClass = aClaim({ metadata: { labels: {} } });

  it('takes a pool without any owner for a claim without any', () => {
    expect(isLegacyPoolOf(aPool({ nodeLabels: ofNodeClaim }), byClass)).toBe(true);
    expect(isLegacyPoolOf(aPool({ nodeLabels: ofNodeClaim }), aClaim())).toBe(false);
  });

  it('does not take a pool that is older than the claim', () => {
    const old = { ...ofNodeClaim, [labels.creationTimestamp]: '2026-01-01T00-50-00Z' };
    expect(isLegacyPoolOf(aPool({ nodeLabels: old }), byClass)).toBe(false);
  });

  it('holds whatever becomes of the labels, and for this pool alone', () => {
    const pool = aPool({ nodeLabels: ofNodeClaim });
    const notes = { [annotations.adoptedPool]: adoptionOf(pool) };
    const relabelled = aClaim({ metadata: { labels: { [labels.workspace]: 'other' }, annotations: notes } });
    expect(isLegacyPoolOf(pool, relabelled)).toBe(true);
    const again = { ...ofNodeClaim, [labels.creationTimestamp]: '2026-01-01T00-59-59Z' };
    expect(isLegacyPoolOf(aPool({ nodeLabels: again }), relabelled)).toBe(false);
  });
});
