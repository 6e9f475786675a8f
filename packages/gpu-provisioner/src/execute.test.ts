import { beforeEach, describe, expect, it } from '@jest/globals';
import { noMetrics } from '@kaito/controller-runtime';
import { FakeClock } from '@kaito/testkit';

import { knowledge, NOW, observed } from '../test/builders.ts';
import { settings } from '../test/settings.ts';
import { SimulatedCloud, typicalCloud } from '../test/simulated-cloud.ts';
import { nodeName, SimulatedCluster } from '../test/simulated-cluster.ts';
import { unreadableRegion } from '../test/unreadable-region.ts';
import type { Action } from './core/actions.ts';
import type { ClaimRef } from './core/claim/claim.ts';
import { LaunchStalls } from './core/launch/launch-stalls.ts';
import { NO_FLEET } from './core/nodes/fleet.ts';
import { execute } from './execute.ts';
import { provisionerMetrics } from './metrics/provisioner-metrics.ts';
import { Pools } from './pools.ts';

const name = 'wsa';
const signal = new AbortController().signal;

let cluster: SimulatedCluster;
let claim: ClaimRef;

beforeEach(() => {
  cluster = new SimulatedCluster({ now: () => NOW.getTime(), disturb: () => undefined, onChange: () => undefined });
  cluster.addMachine(name);
  claim = { api: 'Machine', name, uid: cluster.machines.get(name)?.metadata.uid ?? '' };
});

describe('giving a claim up', () => {
  it('deletes it, once', async () => {
    await act({ kind: 'DeleteClaim', claim, reason: 'launch_timeout' });
    await act({ kind: 'DeleteClaim', claim, reason: 'launch_timeout' });
    expect(cluster.writes).toEqual([`delete machine ${name}`]);
  });

  it('spares another claim of the name, and one that goes already', async () => {
    await act({ kind: 'DeleteClaim', claim: { ...claim, uid: 'other' }, reason: 'launch_timeout' });
    const machine = cluster.machines.get(name);
    if (machine !== undefined) {
      cluster.machines.set(name, { ...machine, metadata: { ...machine.metadata, finalizers: ['x'] } });
    }
    cluster.requestMachineDeletion(name);
    await act({ kind: 'DeleteClaim', claim, reason: 'launch_timeout' });
    expect(cluster.writes).toEqual([]);
  });

  it('spares one whose Node is there after all', async () => {
    cluster.syncNodes([{ pool: name, labels: {}, bootedAt: 0, readyAt: 0 }]);
    const node = cluster.nodes.get(nodeName(name));
    const proof = { name: nodeName(name), uid: node?.metadata.uid ?? '', mayBeNotReady: true };
    await act({ kind: 'DeleteClaim', claim, reason: 'node_lost', proof });
    expect(cluster.writes).toEqual([]);
    cluster.setNodeReady(nodeName(name), false);
    await act({ kind: 'DeleteClaim', claim, reason: 'node_lost', proof });
    expect(cluster.writes).toEqual([`delete machine ${name}`]);
  });
});

async function act(action: Action): Promise<void> {
  const clock = new FakeClock(NOW);
  const cloud = new SimulatedCloud({ now: () => NOW.getTime(), disturb: () => undefined, behaviour: typicalCloud });
  const world = {
    cluster,
    pools: new Pools({ cloud, clock, settings, onNews: () => undefined }),
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
