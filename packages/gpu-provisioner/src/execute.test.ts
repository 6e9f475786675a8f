import { beforeEach, describe, expect, it } from '@jest/globals';
import { noMetrics } from '@kaito/controller-runtime';
import { FakeClock } from '@kaito/testkit';

import { aClaim, aRegisteredNode, knowledge, NOW, observed } from '../test/builders.ts';
import { settings } from '../test/settings.ts';
import { StubCloud } from '../test/stub-cloud.ts';
import { StubCluster } from '../test/stub-cluster.ts';
import { unreadableRegion } from '../test/unreadable-region.ts';
import type { Action } from './core/actions.ts';
import type { Claim } from './core/claim/claim.ts';
import { LaunchStalls } from './core/launch/launch-stalls.ts';
import { NO_FLEET } from './core/nodes/fleet.ts';
import { execute } from './execute.ts';
import { provisionerMetrics } from './metrics/provisioner-metrics.ts';
import { Pools } from './pools.ts';

const name = 'ws012345678';
const signal = new AbortController().signal;

let cluster: StubCluster;
let claim: Claim;

beforeEach(() => {
  cluster = new StubCluster();
  claim = aClaim();
  cluster.claimsShown = [claim];
});

describe('giving a claim up', () => {
  it('deletes it, once', async () => {
    await act({ kind: 'DeleteClaim', claim, reason: 'launch_timeout' });
    await act({ kind: 'DeleteClaim', claim, reason: 'launch_timeout' });
    expect(cluster.writes).toEqual([`delete claim ${name}`]);
  });

  it('spares another claim of the name, and one that goes already', async () => {
    await act({ kind: 'DeleteClaim', claim: { ...claim, uid: 'other' }, reason: 'launch_timeout' });
    cluster.claimsShown = [{ ...claim, isDeleting: true }];
    await act({ kind: 'DeleteClaim', claim, reason: 'launch_timeout' });
    expect(cluster.writes).toEqual([]);
  });

  it('spares one whose Node is there after all', async () => {
    const node = aRegisteredNode();
    cluster.nodesShown = [node];
    const proof = { name: node.metadata.name, uid: node.metadata.uid, mayBeNotReady: true };
    await act({ kind: 'DeleteClaim', claim, reason: 'node_lost', proof });
    expect(cluster.writes).toEqual([]);
    cluster.nodesShown = [aRegisteredNode({ status: { conditions: [{ type: 'Ready', status: 'False' }] } })];
    await act({ kind: 'DeleteClaim', claim, reason: 'node_lost', proof });
    expect(cluster.writes).toEqual([`delete claim ${name}`]);
  });
});

async function act(action: Action): Promise<void> {
  const clock = new FakeClock(NOW);
  const world = {
    cluster,
    pools: new Pools({ cloud: new StubCloud(), clock, settings, onNews: () => undefined }),
    guard: { isAlert: false, mayCollect: () => true },
    offerings: unreadableRegion(),
    stalls: new LaunchStalls(),
    told: new Set<string>(),
    settings,
    clock,
    metrics: provisionerMetrics(noMetrics),
  };
  await execute(
    action,
    {
      name,
      rivals: [],
      nodes: [],
      pods: new Map(),
      fleet: NO_FLEET,
      pool: knowledge(),
      offerings: observed().offerings,
      stalledMs: 0,
      mayCollect: true,
      settings,
      now: NOW,
    },
    { world, signal },
  );
}
