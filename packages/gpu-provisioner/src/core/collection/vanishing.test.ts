import { describe, expect, it } from '@jest/globals';
import { annotations } from '@kaito/types';

import { absent, aClaim, aPool, NOW, present, secondsAgo } from '../../../test/builders.ts';
import type { Claim } from '../claim/claim.ts';
import type { AgentPool } from '../pools/cloud.ts';
import type { PoolView } from '../pools/pool-knowledge.ts';
import { pictureOf, Vanishing } from './vanishing.ts';
import type { Picture } from './vanishing.ts';

const names = ['wsa', 'wsb', 'wsc', 'wsd', 'wse'];
const settings = { maxVanishingShare: 0.5, vanishingConfirmMs: 60_000 };
const nothing = { total: 5, missing: [] };

describe('the picture', () => {
  it('names the launched claims whose pool is missing, and the marked pools whose claim is', () => {
    const claims = [launched('wsa'), launched('wsb'), aClaim({ metadata: { name: 'wsnew', uid: 'new' } })];
    const all = [marked('wsb'), marked('wsc'), aPool({ name: 'system', tags: {} }), marked('wsx', 'cluster-2')];
    expect(pictureOf(claims, { ...pools(all), listedAt: NOW })).toEqual({
      pools: { total: 2, missing: ['wsa'] },
      claims: { total: 2, missing: ['wsc'] },
      listedAt: NOW,
    });
  });

  it('misses nothing that is being deleted', () => {
    const leaving = aClaim({ metadata: { ...launchedParts('wsa'), deletionTimestamp: '2026-01-01T00:00:00Z' } });
    const all = [{ ...marked('wsc'), phase: 'Deleting' as const }];
    const picture = pictureOf([leaving, launched('wsb')], { ...pools(all), view: leftBehind, listedAt: NOW });
    expect([picture.pools.missing, picture.claims.missing]).toEqual([[], []]);
  });

  it('misses a claim that was made again under its name', () => {
    const again = aClaim({ metadata: { ...launchedParts('wsa'), uid: 'another' } });
    expect(pictureOf([again], { ...pools([marked('wsa')]), listedAt: NOW }).claims.missing).toEqual(['wsa']);
  });
});

describe('the alarm', () => {
  it.each([
    [5, 2, false],
    [5, 3, true],
    [6, 3, false],
    [2, 2, false],
    [100, 51, true],
  ])('of %i with %i missing: %p', (total, missing, isRaised) => {
    const census = { total, missing: Array.from({ length: missing }, (_, index) => `ws${index}`) };
    const vanishing = new Vanishing(settings);
    expect(vanishing.take({ pools: census, claims: nothing, listedAt: NOW }, NOW) !== undefined).toBe(isRaised);
    expect(vanishing.take({ pools: nothing, claims: census, listedAt: NOW }, NOW) !== undefined).toBe(isRaised);
  });

  it('ends when the picture is whole again', () => {
    const vanishing = new Vanishing(settings);
    expect(vanishing.take(bad(secondsAgo(90)), secondsAgo(90))).toMatchObject({ what: 'pools' });
    expect(vanishing.take({ ...bad(NOW), pools: nothing }, NOW)).toBeUndefined();
    expect(vanishing.take(bad(NOW), NOW)).toBeDefined();
  });

  it('ends when three lists have shown the same for long', () => {
    const vanishing = new Vanishing(settings);
    vanishing.take(bad(secondsAgo(61)), secondsAgo(61));
    expect(vanishing.take(bad(secondsAgo(61)), NOW)).toBeDefined();
    vanishing.take(bad(secondsAgo(30)), secondsAgo(30));
    expect(vanishing.take(bad(secondsAgo(1)), secondsAgo(2))).toBeDefined();
    expect(vanishing.take(bad(secondsAgo(1)), NOW)).toBeUndefined();
  });
});

const gone = { ...absent, evidence: 'Lists' as const, state: 'Absent' as const, wasDeleting: false, observedAt: NOW };

function leftBehind(): PoolView {
  return { ...gone, wasDeleting: true };
}

function bad(listedAt: Date): Picture {
  return { pools: { total: 5, missing: names.slice(0, 4) }, claims: nothing, listedAt };
}

function pools(all: readonly AgentPool[]): Omit<Parameters<typeof pictureOf>[1], 'listedAt'> {
  const view = (name: string): PoolView => {
    const pool = all.find((one) => one.name === name);
    return pool === undefined ? gone : present(pool);
  };
  return { all, view, clusterId: 'cluster-1' };
}

function marked(name: string, cluster = 'cluster-1'): AgentPool {
  const tags = { 'kaito-cluster': cluster, 'kaito-claim': name, 'kaito-claim-uid': `uid-${name}` };
  return aPool({ name, tags, phase: 'Ready' });
}

function launchedParts(name: string): { name: string; uid: string; annotations: Record<string, string> } {
  return { name, uid: `uid-${name}`, annotations: { [annotations.nodeUid]: 'node' } };
}

function launched(name: string): Claim {
  return aClaim({ metadata: launchedParts(name) });
}
