import { beforeEach, describe, expect, it } from '@jest/globals';
import { noMetrics } from '@kaito/controller-runtime';
import { FakeClock } from '@kaito/testkit';
import { annotations } from '@kaito/types';

import { aClaim, aPool, aRegisteredNode, NOW, PROVIDER_ID } from '../test/builders.ts';
import { settings } from '../test/settings.ts';
import { StubCloud, SYSTEM_POOL as system } from '../test/stub-cloud.ts';
import { StubCluster } from '../test/stub-cluster.ts';
import { unreadableRegion } from '../test/unreadable-region.ts';
import { CollectionGuard } from './collection-guard.ts';
import type { Claim } from './core/claim/claim.ts';
import { LaunchStalls } from './core/launch/launch-stalls.ts';
import type { AgentPool } from './core/pools/cloud.ts';
import { collectionStopped } from './metrics/collection-metrics.ts';
import { provisionerMetrics } from './metrics/provisioner-metrics.ts';
import { Pools } from './pools.ts';
import { reconcile } from './reconcile.ts';
import type { World } from './world.ts';

const name = 'ws012345678';
const signal = new AbortController().signal;
const launched = {
  annotations: { [annotations.linked]: PROVIDER_ID, [annotations.nodeUid]: 'node-1' },
};
const clock = new FakeClock(NOW);

let cluster: StubCluster;
let world: World;
let listed: readonly AgentPool[];

beforeEach(async () => {
  cluster = new StubCluster();
  listed = [system, aPool({ phase: 'Ready' })];
  await seeWorld();
});

describe('the comparison of all claims with all pools', () => {
  it('is not made for a claim that has its pool', async () => {
    cluster.claimsShown = [aClaim({ metadata: launched })];
    cluster.nodesShown = [aRegisteredNode()];
    await reconcileTwice();
    expect(cluster.claimsReads).toBe(0);
  });

  it.each<[string, readonly AgentPool[], readonly Claim[]]>([
    ['a pool without a claim', [system, aPool({ phase: 'Ready' })], []],
    ['a claim whose pool is gone', [system], [aClaim({ metadata: launched })]],
    ['a pool of an earlier claim', [system, aPool({ phase: 'Ready' })], [aClaim({ metadata: { uid: 'later' } })]],
  ])('is made for %s', async (_, pools, claims) => {
    listed = pools;
    await seeWorld();
    cluster.claimsShown = claims;
    await reconcile(name, world, signal);
    expect(cluster.claimsReads).toBe(1);
  });

  it('is made for everybody while too much is missing', async () => {
    const lost = ['wsa', 'wsb', 'wsc'].map((one) =>
      aPool({
        name: one,
        phase: 'Ready',
        tags: { 'kaito-cluster': 'cluster-1', 'kaito-claim': one, 'kaito-claim-uid': one },
      }),
    );
    listed = [system, aPool({ phase: 'Ready' }), ...lost];
    await seeWorld();
    cluster.claimsShown = [aClaim({ metadata: launched })];
    cluster.nodesShown = [aRegisteredNode()];
    expect(world.guard.mayCollect()).toBe(false);
    await reconcile(name, world, signal);
    expect(cluster.claimsReads).toBe(2);
  });
});

async function reconcileTwice(): Promise<void> {
  await reconcile(name, world, signal);
  await reconcile(name, world, signal);
}

async function seeWorld(): Promise<void> {
  const cloud = new StubCloud();
  cloud.listed = { isOk: true, value: listed };
  const pools = new Pools({ cloud, clock, settings, onNews: () => undefined });
  await pools.list(signal);
  world = {
    cluster,
    pools,
    guard: new CollectionGuard({ cluster, pools, settings, clock, stopped: collectionStopped(noMetrics) }),
    offerings: unreadableRegion(),
    stalls: new LaunchStalls(),
    told: new Set(),
    settings,
    clock,
    metrics: provisionerMetrics(noMetrics),
  };
}
