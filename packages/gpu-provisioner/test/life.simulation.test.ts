import { describe, expect, it } from '@jest/globals';

import type { CloudBehaviour } from './simulated-cloud.ts';
import { nodeName } from './simulated-cluster.ts';
import { Simulation } from './simulation.ts';

const claim = 'ws012345678';
const node = nodeName(claim);

describe('a claim that nothing disturbs', () => {
  it('is Ready the moment its Node is, after one PUT and one look', async () => {
    const world = new Simulation();
    world.cluster.addMachine(claim);
    await world.run(() => world.cluster.isReady(claim), 120);
    expect(world.seconds).toBe(40);
    expect(world.cloud.log()).toEqual(['0 PUT accepted', '30 GET accepted']);
    expect(world.cluster.writes).toEqual([
      `patch machine ${claim}`,
      `patch machine status ${claim}`,
      `patch machine ${claim}`,
      `patch node ${node}`,
      `patch machine status ${claim}`,
      `patch node ${node}`,
      `patch machine status ${claim}`,
    ]);
  });

  it('is gone the moment its pool is, after six calls in its whole life', async () => {
    const world = new Simulation();
    world.cluster.addMachine(claim);
    await world.runFor(100);
    world.cluster.addPod('answer', node);
    world.cluster.requestMachineDeletion(claim);
    await world.run(() => world.cluster.machines.size === 0, 120);
    expect(world.seconds).toBe(120.1);
    expect(world.cloud.log()).toEqual([
      '0 PUT accepted',
      '30 GET accepted',
      '100.1 GET accepted',
      '100.1 DELETE accepted',
      '118.1 GET accepted',
      '120.1 GET accepted',
    ]);
    expect(world.cluster.nodes.size).toBe(0);
  });

  it('is left alone at rest: nothing is written, and the pools are listed twelve times an hour', async () => {
    const world = new Simulation();
    world.cluster.addMachine(claim);
    await world.runFor(600);
    const writes = world.cluster.writes.length;
    const calls = world.cloud.calls.length;
    await world.runFor(3_600);
    expect(world.cluster.writes).toHaveLength(writes);
    expect(world.cloud.calls.length - calls).toBe(12);
  });

  it('shows in its status what the contract promises', async () => {
    const world = new Simulation();
    world.cluster.addMachine(claim);
    await world.run(() => world.cluster.isReady(claim), 120);
    const machine = world.cluster.machines.get(claim);
    expect(machine?.status).toEqual({
      providerID: `azure:///subscriptions/s/resourceGroups/mc_rg/providers/Microsoft.Compute/virtualMachineScaleSets/aks-${claim}-12345678-vmss/virtualMachines/0`,
      nodeName: node,
      capacity: { cpu: '24' },
      allocatable: { cpu: '23' },
      conditions: [
        { type: 'MachineInitialized', status: 'True', lastTransitionTime: '2026-01-01T00:00:40Z' },
        { type: 'MachineLaunched', status: 'True', lastTransitionTime: '2026-01-01T00:00:20Z' },
        { type: 'MachineRegistered', status: 'True', lastTransitionTime: '2026-01-01T00:00:20Z' },
        { type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:40Z' },
      ],
    });
    expect(machine?.metadata.annotations).toEqual({
      'karpenter.sh/linked': machine?.status?.providerID,
      'kaito.sh/create-attempts': '2026-01-01T00:00:00.000Z',
      'kaito.sh/node-uid': world.cluster.nodes.get(node)?.metadata.uid,
    });
    expect(machine?.metadata.finalizers).toEqual(['karpenter.sh/termination']);
  });
});

describe('a claim deleted while its pool is being created', () => {
  it('takes the pool with it, and stays until the pool is gone', async () => {
    const world = new Simulation();
    world.cluster.addMachine(claim);
    await world.runFor(8);
    world.cluster.requestMachineDeletion(claim);
    await world.run(() => world.cluster.machines.size === 0, 120);
    expect(world.seconds).toBe(28);
    expect(world.cloud.names()).toEqual(['system']);
    expect(world.cloud.log()).toEqual(['0 PUT accepted', '8 DELETE accepted', '26 GET accepted', '28 GET accepted']);
  });

  it('aborts the creation where the cloud wants that first', async () => {
    const world = new Simulation({ mustAbort: true });
    world.cluster.addMachine(claim);
    await world.runFor(8);
    world.cluster.requestMachineDeletion(claim);
    await world.run(() => world.cluster.machines.size === 0, 120);
    expect(world.cloud.names()).toEqual(['system']);
    expect(world.cloud.accepted('DELETE')).toBe(1);
    expect(world.cloud.accepted('POST')).toBe(1);
    expect(world.seconds).toBeLessThanOrEqual(36);
  });
});

describe('many claims', () => {
  it('share one list: fifty are created and deleted with at most 125 calls', async () => {
    const world = new Simulation({ nodeMs: 120_000, readyMs: 170_000, succeededMs: 180_000, deletionMs: 120_000 });
    const names = Array.from({ length: 50 }, (_, index) => `ws${String(index).padStart(9, '0')}`);
    for (const name of names) {
      world.cluster.addMachine(name);
    }
    await world.run(() => names.every((name) => world.cluster.isReady(name)), 400);
    expect(world.seconds).toBe(170);
    await world.runFor(30);
    for (const name of names) {
      world.cluster.requestMachineDeletion(name);
    }
    await world.run(() => world.cluster.machines.size === 0, 400);
    expect(world.cloud.accepted('PUT')).toBe(50);
    expect(world.cloud.accepted('DELETE')).toBe(50);
    expect(world.cloud.calls.length).toBeLessThanOrEqual(125);
  });

  it('let deletions go before creations', async () => {
    const world = new Simulation({ isSerial: true });
    world.cluster.addMachine('wsold');
    await world.runFor(100);
    for (const name of ['wsa', 'wsb', 'wsc']) {
      world.cluster.addMachine(name);
    }
    await world.runFor(1);
    world.cluster.requestMachineDeletion('wsold');
    await world.runFor(400);
    const accepted = world.cloud.calls.filter(
      ({ outcome, verb }) => outcome === 'accepted' && /PUT|DELETE/u.test(verb),
    );
    expect(accepted.map(({ name, verb }) => `${verb} ${name}`)).toEqual([
      'PUT wsold',
      'PUT wsa',
      'DELETE wsold',
      'PUT wsb',
      'PUT wsc',
    ]);
  });
});

describe('the death of the process', () => {
  const scenarios: readonly {
    readonly name: string;
    readonly behaviour?: Partial<CloudBehaviour>;
    readonly deletedAt?: number;
  }[] = [
    { name: 'create' },
    { name: 'create, then delete', deletedAt: 100 },
    { name: 'delete while creating', deletedAt: 8 },
    { name: 'delete while creating, which must be aborted', deletedAt: 8, behaviour: { mustAbort: true } },
    { name: 'delete before anything was done', deletedAt: 0 },
  ];

  it.each(scenarios)('at any point of "$name" changes nothing about how it ends', async ({ behaviour, deletedAt }) => {
    const points = (await live({ behaviour, deletedAt })).points.length;
    expect(points).toBeGreaterThan(2);
    for (let crashAt = 0; crashAt < points; crashAt += 1) {
      const world = await live({ behaviour, deletedAt, crashAt });
      const when = { crashAt, point: world.points[crashAt] };
      expect({ ...when, crashes: world.crashes, ...end(world) }).toEqual({ ...when, crashes: 1, ...goal(deletedAt) });
    }
  });

  it('at any two points of a whole life changes nothing about how it ends', async () => {
    const points = (await live({ deletedAt: 60 })).points.length;
    for (let first = 0; first < points; first += 1) {
      for (let second = first + 1; second < points + 6; second += 1) {
        const world = await live({ deletedAt: 60, crashAt: first, thenAt: second });
        expect({ first, second, ...end(world) }).toEqual({ first, second, ...goal(60) });
      }
    }
  });
});

async function live(story: {
  readonly behaviour?: Partial<CloudBehaviour> | undefined;
  readonly deletedAt?: number | undefined;
  readonly crashAt?: number;
  readonly thenAt?: number;
}): Promise<Simulation> {
  const world = new Simulation(story.behaviour);
  world.crashAt = [story.crashAt, story.thenAt].filter((index) => index !== undefined);
  world.cluster.addMachine(claim);
  if (story.deletedAt === undefined) {
    await world.runFor(300);
    return world;
  }
  await world.runFor(story.deletedAt);
  if (story.deletedAt > 20) {
    world.cluster.addPod('answer', node);
  }
  world.cluster.requestMachineDeletion(claim);
  await world.runFor(300);
  return world;
}

/** What is left, and whether anything was done twice. */
function end({ cloud, cluster }: Simulation): object {
  return {
    isReady: cluster.isReady(claim),
    machines: cluster.machines.size,
    nodes: cluster.nodes.size,
    pools: cloud.names(),
    hasTwoCreates: cloud.accepted('PUT') > 1,
    hasTwoDeletes: cloud.accepted('DELETE') > 1,
  };
}

function goal(deletedAt: number | undefined): object {
  const once = { hasTwoCreates: false, hasTwoDeletes: false };
  return deletedAt === undefined
    ? { ...once, isReady: true, machines: 1, nodes: 1, pools: ['system', claim] }
    : { ...once, isReady: false, machines: 0, nodes: 0, pools: ['system'] };
}
