import { expect } from '@jest/globals';
import type { KubernetesObject, ResourceType } from '@kaito/controller-runtime';
import type { SeenCall } from '@kaito/testkit';
import { annotations, nodes, pods } from '@kaito/types';

import { claimType } from './claims.ts';
import type { ClaimApi } from './claims.ts';
import { eras } from './eras.ts';
import { nodeOf, taintsOf } from './node-views.ts';
import type { PodParts } from './pods.ts';
import { CLAIM, ProvisionerWorld } from './provisioner-world.ts';
import type { ProvisionerWorldOptions } from './provisioner-world.ts';
import { statement } from './statement.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const APP = { app: 'kept' };
const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';
const OBJECTION: Readonly<Record<ClaimApi, string>> = {
  Machine: annotations.doNotEvict,
  NodeClaim: annotations.doNotDisrupt,
};

statement(38, 'the Node is closed, as its era does it, before the first eviction', async () => {
  for (const options of eras({})) {
    const world = await drainedWorld(options, { work: {} });
    world.deleteClaim();
    await world.until(() => world.isGone());
    const [closing] = world.seen.ownWrites('nodes').filter(({ object }) => EXCLUDED in (object.metadata.labels ?? {}));
    const [evicted] = evictionsOf(world, 'work');
    expect(closing?.atMs).toBeLessThanOrEqual(evicted?.atMs ?? -1);
    expect(taintsOf(closing?.object).some(({ key }) => key === 'karpenter.sh/disrupted')).toBe(
      world.api === 'NodeClaim',
    );
    expect(closing?.object['spec']).toMatchObject(world.api === 'Machine' ? { unschedulable: true } : {});
  }
});

statement(38, 'a budget is respected, asked again with growing pauses, and named in an event', async () => {
  for (const options of eras({})) {
    const world = await drainedWorld(options, { kept: { labels: APP }, work: {} });
    world.addBudget('keep', APP);
    await world.advance(SECOND_MS);
    world.deleteClaim();
    await world.advance(60 * SECOND_MS);
    expect(world.get(pods, 'work', 'default')).toBeUndefined();
    expect(world.get(pods, 'kept', 'default')?.metadata.deletionTimestamp).toBeUndefined();
    const times = evictionsOf(world, 'kept').map(({ atMs }) => atMs);
    const pauses = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    expect(pauses.length).toBeGreaterThan(6);
    expect(pauses.every((pause, index) => pause >= (pauses[index - 1] ?? 0) - 1)).toBe(true);
    expect(Math.max(...pauses)).toBeGreaterThanOrEqual(9 * SECOND_MS);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(11 * SECOND_MS);
    expect(heldUp(world)[0]).toContain('pod default/kept stays: a PodDisruptionBudget refuses its eviction');
    expect(world.seen.cloudCalls('delete')).toEqual([]);
    world.delete(budgets, 'keep', 'default');
    await world.until(() => world.isGone(), 5 * MINUTE_MS);
  }
});

statement(38, 'a pod of two budgets, which cannot be evicted, holds up its own Node alone', async () => {
  for (const options of eras({})) {
    const world = await drainedWorld(options, { kept: { labels: APP } });
    world.addBudget('one', APP, 0);
    world.addBudget('two', APP, 0);
    await world.advance(SECOND_MS);
    world.deleteClaim();
    await world.until(() => heldUp(world).some((note) => note.includes('more than one PodDisruptionBudget')));
    world.delete(pods, 'kept', 'default');
    await world.until(() => world.isGone(), 5 * MINUTE_MS);
  }
});

statement(38, 'a pod that objects is evicted from a Machine, and waited for on the Node of a NodeClaim', async () => {
  for (const options of eras({})) {
    const world = await drainedWorld(options, {
      objecting: { annotations: { [OBJECTION[options.api ?? 'Machine']]: 'true' } },
    });
    world.deleteClaim();
    if (world.api === 'NodeClaim') {
      await world.advance(10 * MINUTE_MS);
      expect(evictionsOf(world, 'objecting')).toEqual([]);
      const message = expect.stringContaining('pod default/objecting stays: it has the annotation');
      expect(world.condition('Drained')).toMatchObject({ status: 'Unknown', reason: 'Draining', message });
      expect(heldUp(world)[0]).toEqual(message);
      world.delete(pods, 'objecting', 'default');
    }
    await world.until(() => world.isGone(), 5 * MINUTE_MS);
    expect(evictionsOf(world, 'objecting')).toHaveLength(world.api === 'Machine' ? 1 : 0);
  }
});

statement(39, 'the pool is deleted after the last pod has ended', async () => {
  for (const options of eras({})) {
    const world = await drainedWorld(options, { work: {}, slow: { finalizers: ['example.com/slow'] } });
    world.deleteClaim();
    await world.advance(20 * SECOND_MS);
    expect(world.seen.cloudCalls('delete')).toEqual([]);
    world.patch(pods, { name: 'slow', namespace: 'default' }, { metadata: { finalizers: null } });
    await world.until(() => world.isGone(), 5 * MINUTE_MS);
    const lastPod = world.seen.writes.findLast(({ event, plural }) => plural === 'pods' && event === 'DELETED');
    expect(world.seen.cloudCalls('delete').map(({ atMs }) => atMs >= (lastPod?.atMs ?? Infinity))).toEqual([true]);
  }
});

statement(42, 'a drain ends when the machine is gone, whatever holds it up', async () => {
  for (const options of eras({})) {
    const world = await drainedWorld(options, { kept: { labels: APP } });
    world.addBudget('keep', APP);
    await world.advance(SECOND_MS);
    world.deleteClaim();
    await world.advance(10 * SECOND_MS);
    world.cloud.removePool(CLAIM);
    await world.until(() => world.isGone(), 7 * MINUTE_MS);
    expect(world.seen.cloudCalls('delete')).toEqual([]);
  }
});

statement(43, 'the deadline stands on the claim, once, and pods that object go in time to end by it', async () => {
  const options = { api: 'NodeClaim' } as const;
  const grace = { terminationGracePeriodSeconds: 30 };
  const world = await drainedWorld(
    options,
    {
      objecting: { annotations: { [annotations.doNotDisrupt]: 'true' }, spec: grace },
      kept: { labels: APP, spec: grace },
    },
    { terminationGracePeriod: '2m' },
  );
  world.addBudget('keep', APP);
  await world.advance(SECOND_MS);
  const deletedMs = world.nowMs;
  world.deleteClaim();
  await world.until(() => world.isGone(), 10 * MINUTE_MS);
  const stamps = world.seen
    .ownWrites('nodeclaims')
    .filter(({ before, object }) => stampOf(before) !== stampOf(object) && stampOf(object) !== undefined);
  expect(stamps.map(({ object }) => stampOf(object))).toEqual([
    new Date(Date.parse(stamps[0]?.object.metadata.deletionTimestamp ?? '') + 2 * MINUTE_MS)
      .toISOString()
      .replace('.000', ''),
  ]);
  const forced = world.seen.calls.filter(({ target, verb }) => verb === 'delete' && target.startsWith('pods/'));
  expect(forced.map(({ target }) => target).toSorted()).toEqual(['pods/default/kept', 'pods/default/objecting']);
  for (const { atMs } of forced) {
    expect(Math.abs(atMs - deletedMs - 90 * SECOND_MS)).toBeLessThanOrEqual(2 * SECOND_MS);
  }
  const [deletion] = world.seen.cloudCalls('delete');
  expect((deletion?.atMs ?? Infinity) - deletedMs).toBeLessThanOrEqual(121 * SECOND_MS);
});

statement(43, 'a pod that never ends is not waited for past the deadline', async () => {
  const stuck = { finalizers: ['example.com/stuck'], annotations: { [annotations.doNotDisrupt]: 'true' } };
  const world = await drainedWorld({ api: 'NodeClaim' }, { stuck }, { terminationGracePeriod: '30s' });
  const deletedMs = world.nowMs;
  world.deleteClaim();
  await world.until(() => world.seen.cloudCalls('delete').length > 0);
  expect(Math.abs(world.nowMs - deletedMs - 30 * SECOND_MS)).toBeLessThanOrEqual(2 * SECOND_MS);
  await world.until(() => world.isGone(), 5 * MINUTE_MS);
});

statement(43, 'without it nothing is forced', async () => {
  const pod = { annotations: { [annotations.doNotDisrupt]: 'true' } };
  const world = await drainedWorld({ api: 'NodeClaim' }, { pod });
  world.deleteClaim();
  await world.advance(120 * MINUTE_MS);
  expect(world.seen.calls.filter(({ target, verb }) => verb === 'delete' && target.startsWith('pods/'))).toEqual([]);
  expect(stampOf(world.claim())).toBeUndefined();
  expect(world.hasPool()).toBe(true);
});

statement(44, 'a Node that is deleted is drained, and takes claim and pool along', async () => {
  for (const options of eras({})) {
    const world = await drainedWorld(options, { kept: { labels: APP }, work: {} });
    world.addBudget('keep', APP);
    await world.advance(10 * MINUTE_MS);
    world.delete(nodes, nodeOf(world).metadata.name);
    await world.until(() => world.get(pods, 'work', 'default') === undefined, 2 * MINUTE_MS);
    await world.advance(60 * SECOND_MS);
    expect(evictionsOf(world, 'work')).toHaveLength(1);
    expect(world.claim()?.metadata.deletionTimestamp).toBeDefined();
    expect([world.hasPool(), world.node() !== undefined]).toEqual([true, true]);
    world.delete(budgets, 'keep', 'default');
    await world.until(() => world.isGone() && !world.hasPool() && world.node() === undefined, 5 * MINUTE_MS);
  }
});

statement(47, 'what the end of a NodeClaim waits for stands in its conditions', async () => {
  const world = await drainedWorld({ api: 'NodeClaim' }, { work: {} });
  world.deleteClaim();
  await world.until(() => world.condition('Drained')?.status === 'Unknown');
  await world.until(() => world.condition('Drained')?.status === 'True');
  await world.until(() => world.condition('InstanceTerminating')?.status === 'True');
  const generation = world.claim()?.metadata.generation;
  expect(world.condition('InstanceTerminating')?.observedGeneration).toBe(generation);
  await world.until(() => world.isGone(), 5 * MINUTE_MS);
  const { plural } = claimType('NodeClaim');
  const statuses = world.seen
    .ownWrites(plural)
    .filter(({ before }) => before?.metadata.deletionTimestamp !== undefined);
  expect(statuses.length).toBeLessThanOrEqual(5);
});

const budgets: ResourceType = {
  group: 'policy',
  version: 'v1',
  plural: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
  isNamespaced: true,
};

/** With a claim that is Ready, and pods that run on its Node. */
async function drainedWorld(
  options: ProvisionerWorldOptions,
  running: Readonly<Record<string, PodParts>>,
  spec: Readonly<Record<string, unknown>> = {},
): Promise<ProvisionerWorld> {
  const world = new ProvisionerWorld(options);
  world.createClaim(CLAIM, { spec });
  await world.until(() => world.isReady());
  const node = nodeOf(world).metadata.name;
  for (const [name, parts] of Object.entries(running)) {
    world.addPod(name, node, parts);
  }
  await world.advance(5 * MINUTE_MS);
  return world;
}

function evictionsOf(world: ProvisionerWorld, pod: string): readonly SeenCall[] {
  return world.seen.calls.filter(({ target, verb }) => verb === 'evict' && target === `pods/default/${pod}`);
}

function heldUp(world: ProvisionerWorld): readonly string[] {
  return world.events().flatMap(({ note, reason }) => (reason === 'FailedDraining' ? [note] : []));
}

function stampOf(claim: KubernetesObject | undefined): string | undefined {
  return claim?.metadata.annotations?.[annotations.nodeClaimTerminationTimestamp];
}
