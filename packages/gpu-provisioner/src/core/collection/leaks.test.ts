import { describe, expect, it } from '@jest/globals';
import { labels } from '@kaito/types';

import { aClaim, aPool, NOW } from '../../../test/builders.ts';
import type { AgentPool } from '../pools/cloud.ts';
import { findLeaks } from './leaks.ts';
import type { Leak, LeaksInput } from './leaks.ts';

const HOUR_AGO = '2026-01-01T00-00-00Z';
const SIZE = 'Standard_NC24ads_A100_v4';
const orphan = aPool({ phase: 'Ready', nodeLabels: { [labels.creationTimestamp]: HOUR_AGO } });
const legacyLabels = { [labels.provisionerName]: 'default', [labels.machineType]: 'gpu', [labels.workspace]: 'phi' };

describe('leaks', () => {
  it('are pools with our mark whose claim is gone, since they were asked for', () => {
    expect(found([orphan])).toEqual([
      {
        kind: 'NoClaim',
        pool: 'ws012345678',
        vmSize: SIZE,
        phase: 'Ready',
        isStopped: false,
        owner: 'claim ws012345678',
        since: new Date('2026-01-01T00:00:00Z'),
      },
    ]);
    expect(found([orphan], { claims: [aClaim()] })).toEqual([]);
  });

  it('are not pools whose deletion is under way, nor those of others', () => {
    const others = [aPool({ name: 'system', tags: {} }), aPool({ tags: { 'kaito-claim': 'ws012345678' } })];
    expect(found([...others, { ...orphan, phase: 'Deleting' }])).toEqual([]);
  });

  it('are pools of the Go gpu-provisioner without a claim of their name', () => {
    const legacy = aPool({ tags: {}, nodeLabels: legacyLabels, phase: 'Ready' });
    expect(found([legacy])).toMatchObject([{ kind: 'LegacyNoClaim', owner: 'workspace phi' }]);
    expect(found([legacy], { claims: [aClaim()] })).toEqual([]);
  });

  it('are pools that another cluster has marked', () => {
    const tags = { ...orphan.tags, 'kaito-cluster': 'cluster-2' };
    expect(found([{ ...orphan, tags }], { claims: [aClaim()] })).toMatchObject([{ kind: 'OtherCluster' }]);
  });

  it('are pools of claims that could not be made, or whose deletion takes long', () => {
    const failed = { ...orphan, phase: 'Failed' as const };
    expect(found([failed], { claims: [aClaim()] })).toMatchObject([{ kind: 'Failed' }]);
    const since = (deletionTimestamp: string): readonly Leak[] =>
      found([orphan], { claims: [aClaim({ metadata: { deletionTimestamp } })] });
    expect(since('2026-01-01T00:44:59Z')).toMatchObject([
      { kind: 'SlowDeletion', since: new Date('2026-01-01T00:44:59Z') },
    ]);
    expect(since('2026-01-01T00:45:00Z')).toEqual([]);
  });

  it('cost what the list says, the dearest first, and nothing while they are off', () => {
    const prices = new Map([[SIZE.toLowerCase(), 3.5]]);
    const cheap = { ...orphan, name: 'wscheap', isStopped: true, tags: { ...orphan.tags, 'kaito-claim': 'wscheap' } };
    expect(found([cheap, orphan], { prices })).toMatchObject([
      { pool: 'ws012345678', costPerHour: 3.5, cost: 3.5 },
      { pool: 'wscheap', costPerHour: 0, cost: 0 },
    ]);
  });
});

function found(pools: readonly AgentPool[], parts: Partial<LeaksInput> = {}): readonly Leak[] {
  const rest = { claims: [], clusterId: 'cluster-1', slowDeletionMs: 900_000, prices: new Map(), now: NOW };
  return findLeaks({ pools, ...rest, ...parts });
}
