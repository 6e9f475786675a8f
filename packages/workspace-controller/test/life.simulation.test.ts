import { describe, expect, it } from '@jest/globals';

import { SimulatedCluster } from './simulated-cluster.ts';

const WHEN = ['before', 'after'] as const;

describe('the life of a Workspace', () => {
  it('leads to Ready, then to rest', async () => {
    const cluster = await readyCluster();
    expect(cluster.summary).toBe('True workspaceReady');
    const before = cluster.guard.requests.length;
    await cluster.reconcile();
    expect(cluster.guard.requests).toHaveLength(before);
  });

  it('costs nine requests and two events', async () => {
    const cluster = await readyCluster();
    expect(cluster.guard.requests).toEqual([
      'patch workspaces',
      'create machines',
      'apply services',
      'apply deployments',
      'status workspaces',
      'patch nodes',
      'status workspaces',
      'status workspaces',
      'status workspaces',
    ]);
    expect(cluster.events.map((event) => event.split(':')[0])).toEqual(['MachineCreated', 'WorkspaceReady']);
  });

  it('is quiet after a restart', async () => {
    const cluster = await readyCluster();
    const before = cluster.guard.writes;
    await cluster.clock.advance(7_200_000);
    await cluster.reconcile();
    expect(cluster.guard.writes).toBe(before);
  });

  it('ends with nothing left', async () => {
    const cluster = await readyCluster();
    await cluster.deleteWorkspace();
    await cluster.settle();
    expect(cluster.summary).toBe('gone, 0 left');
  });

  it.each([1, 3])('reaches Ready with %i nodes through a crash at every write', async (count) => {
    const writes = (await readyCluster({ count })).guard.writes;
    for (let write = 0; write < writes; write += 1) {
      for (const when of WHEN) {
        const cluster = await readyCluster({ count }, (one) => {
          one.crash({ write, when });
        });
        expect([write, when, cluster.summary, cluster.machineNames.length]).toEqual([
          write,
          when,
          'True workspaceReady',
          count,
        ]);
      }
    }
  });

  it.each([1, 3])('is gone with %i nodes through a crash at every write of its deletion', async (count) => {
    const whole = await readyCluster({ count });
    const begin = whole.guard.writes;
    await whole.deleteWorkspace();
    await whole.settle();
    for (let write = begin; write < whole.guard.writes; write += 1) {
      for (const when of WHEN) {
        const cluster = await readyCluster({ count });
        cluster.crash({ write, when });
        await cluster.deleteWorkspace();
        await cluster.settle();
        expect([write, when, cluster.summary]).toEqual([write, when, 'gone, 0 left']);
      }
    }
  });

  it('is gone when it is deleted between any two writes of its creation', async () => {
    const writes = (await readyCluster()).guard.writes;
    for (let write = 0; write < writes; write += 1) {
      const cluster = new SimulatedCluster();
      await cluster.apply();
      cluster.crash({ write, when: 'after' });
      await cluster.untilCrash();
      await cluster.deleteWorkspace();
      await cluster.settle();
      expect([write, cluster.summary]).toEqual([write, 'gone, 0 left']);
    }
  });
});

describe('a cloud without capacity', () => {
  it('is asked three times in ten minutes, twelve times an hour at most, and answered at the next chance', async () => {
    const cluster = new SimulatedCluster();
    cluster.players.capacity = 'none';
    await cluster.apply();
    const created = (): number => cluster.guard.requests.filter((request) => request === 'create machines').length;
    const counts: number[] = [];
    for (let minute = 0; minute < 60; minute += 1) {
      await cluster.settle();
      counts.push(created());
      await cluster.clock.advance(60_000);
    }
    expect(counts[9]).toBe(3);
    expect(counts[59]).toBeLessThanOrEqual(12);
    expect(cluster.summary).toBe('False workspaceFailed');
    expect(messageOf(cluster)).toMatch(
      /^all requested instance types were unavailable during launch; the next attempt is at 2026-01-01T1[23]:\d\d:\d\dZ$/u,
    );
    cluster.players.capacity = 'plenty';
    await cluster.clock.advance(600_000);
    await cluster.settle();
    expect(cluster.summary).toBe('True workspaceReady');
    expect(cluster.workspace?.status?.attempts).not.toHaveProperty('nextAttempt');
  });
});

describe('a machine name that somebody else has', () => {
  it('is left to him', async () => {
    const first = await readyCluster();
    const [taken = ''] = first.machineNames;
    const cluster = new SimulatedCluster();
    await cluster.apply();
    await cluster.players.foreignMachine(taken);
    await cluster.settle();
    expect(cluster.summary).toBe('True workspaceReady');
    expect(cluster.machineNames).toHaveLength(2);
    await cluster.deleteWorkspace();
    await cluster.settle();
    expect(cluster.machineNames).toEqual([taken]);
  });
});

async function readyCluster(
  resource: object = {},
  prepare: (cluster: SimulatedCluster) => void = () => undefined,
): Promise<SimulatedCluster> {
  const cluster = new SimulatedCluster();
  prepare(cluster);
  await cluster.apply(resource);
  await cluster.settle();
  return cluster;
}

function messageOf({ workspace }: SimulatedCluster): string | undefined {
  return workspace?.status?.conditions?.find(({ type }) => type === 'MachineReady')?.message;
}
