import { describe, expect, it } from '@jest/globals';

import type { CloudFailure } from '../src/core/pools/cloud.ts';
import { nodeName } from './simulated-cluster.ts';
import { Simulation } from './simulation.ts';

const claim = 'ws012345678';
const node = nodeName(claim);

const noCapacity: CloudFailure = { kind: 'SkuUnavailable', code: 'AllocationFailed', message: 'Allocation failed.' };
const unavailable: CloudFailure = { kind: 'Transient', code: 'ServiceUnavailable', message: 'please retry' };

describe('when the cloud has no capacity', () => {
  it('a death between any two steps of giving up leaves the same end', async () => {
    const points = (await giveUp([])).points.length;
    for (let crashAt = 0; crashAt < points; crashAt += 1) {
      const world = await giveUp([crashAt]);
      expect([crashAt, world.cluster.machines.size, world.cloud.names()]).toEqual([crashAt, 0, ['system']]);
    }
  });
});

describe('when the cloud answers badly', () => {
  it('counts the creates of the processes before it', async () => {
    const world = withClaim();
    world.cloud.refuseCreates.push(...Array.from({ length: 100 }, () => unavailable));
    for (let minute = 0; minute < 59; minute += 1) {
      await world.runFor(60);
      world.restart();
    }
    expect(world.cloud.count('PUT')).toBeLessThanOrEqual(12);
  });

  it('asks for nothing while it was asked to be quiet', async () => {
    const world = withClaim();
    world.cloud.refuseCreates.push({ ...unavailable, retryAfterMs: 90_000 });
    world.cluster.addMachine('wsother');
    await world.run(() => world.cluster.isReady(claim) && world.cluster.isReady('wsother'), 300);
    expect(world.cloud.log().filter((call) => call.includes('PUT'))).toEqual([
      '0 PUT Transient',
      '90 PUT accepted',
      '90 PUT accepted',
    ]);
  });

  it('adopts the pool of a create whose answer was lost', async () => {
    const world = withClaim();
    world.cloud.loseAnswerOf = 'PUT';
    await world.run(() => world.cluster.isReady(claim), 120);
    expect(world.seconds).toBe(40);
    expect(world.cloud.accepted('PUT')).toBe(1);
  });

  it('lets a deleted claim go only when a create whose answer was lost can no longer make a pool', async () => {
    const world = withClaim();
    world.cloud.refuseCreates.push(unavailable);
    await world.runFor(0.5);
    world.cluster.requestMachineDeletion(claim);
    await world.run(() => world.cluster.machines.size === 0, 60);
    expect(world.seconds).toBe(10);
  });

  it('lets a deleted claim go at once whose create was refused, without a DELETE', async () => {
    const world = withClaim();
    world.cloud.refuseCreates.push({ kind: 'Rejected', code: 'InvalidParameter', message: 'no such size' });
    await world.runFor(20);
    world.cluster.requestMachineDeletion(claim);
    await world.run(() => world.cluster.machines.size === 0, 10);
    expect(world.seconds).toBe(20);
    expect(world.cloud.count('DELETE')).toBe(0);
  });

  it('looks before it repeats a delete whose answer was lost', async () => {
    const world = withClaim();
    await world.runFor(45);
    world.cloud.loseAnswerOf = 'DELETE';
    world.cluster.requestMachineDeletion(claim);
    await world.run(() => world.cluster.machines.size === 0, 60);
    expect(world.cloud.accepted('DELETE')).toBe(1);
    expect(world.cloud.names()).toEqual(['system']);
  });

  it('creates nothing while the pools cannot be listed, and says why', async () => {
    const world = new Simulation();
    world.cloud.listFailure = { kind: 'Denied', code: 'AuthorizationFailed', message: 'no' };
    world.cluster.addMachine(claim);
    await world.runFor(100);
    expect(world.cloud.count('PUT')).toBe(0);
    expect(world.cluster.condition(claim, 'MachineLaunched')).toBe('False LaunchFailed');
    world.cloud.listFailure = undefined;
    await world.run(() => world.cluster.isReady(claim), 300);
    expect(world.cluster.isReady(claim)).toBe(true);
  });
});

describe('when a delete is refused', () => {
  it('for lack of a permission, an event tells who can give it, and it is tried again', async () => {
    const world = withClaim();
    await world.runFor(60);
    world.cloud.refuseDeletes.push({ kind: 'Denied', code: 'AuthorizationFailed', message: 'no delete' });
    world.cluster.requestMachineDeletion(claim);
    await world.run(() => world.cluster.machines.size === 0, 120);
    expect(world.cluster.events).toEqual([
      {
        reason: 'AgentPoolDeletionFailed',
        message: `agent pool ${claim} cannot be deleted: Azure does not allow it. Give the identity of this provisioner agentPools read, write and delete on the cluster, check its federated credential, and remove whatever else Azure names (a policy, a lock, a full subnet). Azure says AuthorizationFailed: no delete`,
      },
    ]);
    expect(world.cloud.names()).toEqual(['system']);
  });

  it('for a moment, nobody is bothered', async () => {
    const world = withClaim();
    await world.runFor(60);
    world.cloud.refuseDeletes.push(unavailable);
    world.cluster.requestMachineDeletion(claim);
    await world.run(() => world.cluster.machines.size === 0, 120);
    expect(world.cluster.events).toEqual([]);
    expect(world.cloud.names()).toEqual(['system']);
  });
});

describe('a claim that can never be served', () => {
  it.each([
    ['a name that no pool can have', 'Workspace-1', {}, 'metadata.name is "Workspace-1"'],
    ['no instance type', claim, { requirements: [] }, 'spec.requirements has no node.kubernetes.io/instance-type'],
    [
      'a disk of 3 TiB',
      claim,
      { resources: { requests: { storage: '3Ti' } } },
      'spec.resources.requests.storage is 3Ti',
    ],
    [
      'a label that AKS keeps for itself',
      claim,
      { labels: { 'kubernetes.azure.com/x': 'y' } },
      'metadata.labels has kubernetes.azure.com/x',
    ],
  ])('because of %s is told so, costs no call, and can be deleted at once', async (_what, name, spec, message) => {
    const world = new Simulation();
    world.cluster.addMachine(name, spec);
    await world.runFor(60);
    expect(world.cluster.messages.at(-1)).toContain(message);
    expect(world.cluster.condition(name, 'MachineLaunched')).toBe('False LaunchFailed');
    world.cluster.requestMachineDeletion(name);
    await world.runFor(1);
    expect(world.cluster.machines.size).toBe(0);
    expect(world.cloud.log()).toEqual([]);
  });

  it('because it is not ours is never written to', async () => {
    const world = new Simulation();
    world.cluster.addMachine(claim);
    const machine = world.cluster.machines.get(claim);
    if (machine !== undefined) {
      world.cluster.machines.set(claim, { ...machine, metadata: { ...machine.metadata, labels: {} } });
    }
    await world.runFor(600);
    expect(world.cluster.writes).toEqual([]);
  });
});

describe('a pool that is there already', () => {
  it('is never touched when it is not ours, and the claim says so', async () => {
    const world = new Simulation();
    world.cloud.addForeign(claim, { team: 'other' });
    world.cluster.addMachine(claim);
    await world.runFor(120);
    expect(world.cluster.messages.at(-1)).toBe(
      `agent pool ${claim} exists and is not this claim's. Delete the pool, or this claim`,
    );
    world.cluster.requestMachineDeletion(claim);
    await world.runFor(60);
    expect(world.cluster.machines.size).toBe(0);
    expect(world.cloud.names()).toContain(claim);
    expect([world.cloud.count('PUT'), world.cloud.count('DELETE')]).toEqual([0, 0]);
  });

  it('is not ours either when another cluster has marked it', async () => {
    const world = new Simulation();
    world.cloud.addForeign(claim, mark({ cluster: 'cluster-2', uid: 'machine-1' }));
    world.cluster.addMachine(claim);
    await world.runFor(120);
    expect(world.cluster.condition(claim, 'MachineLaunched')).toBe('False LaunchFailed');
    world.cluster.requestMachineDeletion(claim);
    await world.runFor(120);
    expect(world.cluster.machines.size).toBe(0);
    expect([world.cloud.count('PUT'), world.cloud.count('DELETE')]).toEqual([0, 0]);
  });

  it('goes before ours is made when it is of an earlier claim of the name', async () => {
    const world = new Simulation();
    world.cloud.addForeign(claim, mark({ cluster: 'cluster-1', uid: 'earlier' }));
    world.cluster.addMachine(claim);
    await world.run(() => world.cluster.isReady(claim), 300);
    expect(world.cluster.isReady(claim)).toBe(true);
    expect(world.cloud.log().filter((call) => !/LIST|GET/u.test(call))).toEqual([
      '0 DELETE accepted',
      '20 PUT accepted',
    ]);
  });

  it('is adopted when the Go gpu-provisioner made it for the same claim, and goes with it', async () => {
    const world = new Simulation();
    const nodeLabels = {
      'kaito.sh/workspace': 'phi',
      'kaito.sh/workspacenamespace': 'default',
      'kaito.sh/machine-type': 'gpu',
      'karpenter.sh/provisioner-name': 'default',
    };
    world.cloud.addForeign(claim, {}, nodeLabels);
    world.cluster.addMachine(claim);
    await world.run(() => world.cluster.isReady(claim), 120);
    world.cluster.requestMachineDeletion(claim);
    await world.run(() => world.cluster.machines.size === 0, 120);
    expect(world.cloud.names()).toEqual(['system']);
    expect(world.cloud.count('PUT')).toBe(0);
  });

  it('is kept while its claim exists, even where the cache has not heard of it', async () => {
    const world = withClaim();
    await world.runFor(60);
    world.cluster.uncached.add(claim);
    world.restart();
    await world.runFor(600);
    expect(world.cloud.count('DELETE')).toBe(0);
  });

  it('is deleted when no claim has its name any more', async () => {
    const world = new Simulation();
    world.cloud.addForeign('wsorphan', { ...mark({ cluster: 'cluster-1', uid: 'gone' }), 'kaito-claim': 'wsorphan' });
    await world.runFor(120);
    expect(world.cloud.names()).toEqual(['system']);
    expect(world.cloud.log().filter((call) => call.includes('DELETE'))).toEqual(['30.1 DELETE accepted']);
  });
});

describe('a machine that is lost', () => {
  it('takes its claim and its pool with it when somebody deletes the Node', async () => {
    const world = withClaim();
    await world.runFor(60);
    world.cluster.addPod('answer', node);
    world.cluster.requestNodeDeletion(node);
    await world.run(() => world.cluster.machines.size === 0, 60);
    expect(world.cluster.evicted).toEqual(['answer']);
    expect([world.cluster.nodes.size, world.cloud.names()]).toEqual([0, ['system']]);
  });

  it('takes its claim with it when its pool vanishes', async () => {
    const world = withClaim();
    await world.runFor(60);
    world.cluster.forgetsVms = true;
    world.cloud.removePool(claim);
    world.cluster.setNodeReady(node, false);
    await world.run(() => world.cluster.machines.size === 0, 180);
    expect([world.cluster.machines.size, world.cluster.nodes.size]).toEqual([0, 0]);
    expect(world.cloud.count('DELETE')).toBe(0);
  });

  it('keeps its claim while its Node is Ready, whatever a list says', async () => {
    const world = withClaim();
    await world.runFor(60);
    world.cluster.forgetsVms = true;
    world.cloud.removePool(claim);
    await world.runFor(1_200);
    expect(world.cluster.isReady(claim)).toBe(true);
  });
});

describe('a drain', () => {
  it('closes the Node first, evicts what depends on others last, and leaves what stays anyway', async () => {
    const world = withClaim();
    await world.runFor(60);
    world.cluster.addPod('critical', node, { priorityClassName: 'system-node-critical' });
    world.cluster.addPod('answer', node);
    world.cluster.addPod('daemon', node, {
      tolerations: [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' }],
    });
    world.cluster.requestMachineDeletion(claim);
    await world.run(() => world.cluster.machines.size === 0, 60);
    expect(world.cluster.evicted).toEqual(['answer', 'critical']);
    const writes = world.cluster.writes.slice(world.cluster.writes.indexOf(`delete node ${node}`) - 1);
    expect(writes).toEqual([
      `patch node ${node}`,
      `delete node ${node}`,
      'evict pod answer',
      'evict pod critical',
      `patch node ${node}`,
      `patch machine ${claim}`,
    ]);
  });

  it('waits for a disruption budget, trying again with growing pauses, before the pool is deleted', async () => {
    const world = withClaim();
    await world.runFor(60);
    world.cluster.addPod('answer', node);
    world.cluster.protectedPods.add('answer');
    world.cluster.requestMachineDeletion(claim);
    await world.runFor(60);
    expect(world.cloud.count('DELETE')).toBe(0);
    const tries = world.cluster.writes.filter((write) => write === 'evict pod answer').length;
    expect(tries).toBe(12);
    world.cluster.protectedPods.clear();
    await world.run(() => world.cluster.machines.size === 0, 60);
    expect(world.cluster.evicted).toEqual(['answer']);
  });

  it('ends at once when the machine is gone', async () => {
    const world = withClaim();
    await world.runFor(60);
    world.cluster.addPod('answer', node);
    world.cluster.protectedPods.add('answer');
    world.cluster.requestMachineDeletion(claim);
    await world.runFor(10);
    world.cloud.removePool(claim);
    await world.run(() => world.cluster.machines.size === 0, 400);
    expect(world.cluster.machines.size).toBe(0);
  });
});

async function giveUp(crashAt: readonly number[]): Promise<Simulation> {
  const world = withClaim();
  world.crashAt = crashAt;
  world.cloud.refuseCreates.push(noCapacity, noCapacity);
  await world.runFor(120);
  return world;
}

function withClaim(): Simulation {
  const world = new Simulation();
  world.cluster.addMachine(claim);
  return world;
}

function mark({ cluster, uid }: { cluster: string; uid: string }): Record<string, string> {
  return { 'kaito-cluster': cluster, 'kaito-claim': claim, 'kaito-claim-uid': uid };
}
