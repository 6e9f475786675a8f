import { expect } from '@jest/globals';
import type { KubernetesObject } from '@kaito/controller-runtime';
import { finalizers, labels, nodes } from '@kaito/types';

import { claimType } from './claims.ts';
import type { ClaimApi } from './claims.ts';
import { eras, readyWorld } from './eras.ts';
import { addNode, conditionsOf, nodeOf, providerIdOf, statusOf, taintsOf } from './node-views.ts';
import { CLAIM, ProvisionerWorld } from './provisioner-world.ts';
import { statement } from './statement.ts';

const SECOND_MS = 1_000;
const STARTUP = { key: 'example.com/boot', effect: 'NoSchedule' };
const WITH_STARTUP = { spec: { startupTaints: [STARTUP] } };
const UNREGISTERED = { key: 'karpenter.sh/unregistered', effect: 'NoExecute' };
const GPU_REQUEST = { requests: { 'nvidia.com/gpu': '1' } };

statement(
  25,
  'two patches bring finalizer, owner, labels, annotations, taints and both marks onto the Node',
  async () => {
    for (const options of eras({})) {
      const world = new ProvisionerWorld(options);
      world.createClaim(CLAIM, { ...WITH_STARTUP, annotations: { 'example.com/team': 'ml' } });
      await world.until(() => world.condition('Registered')?.status === 'True');
      const { metadata } = nodeOf(world);
      expect(metadata).toMatchObject({
        finalizers: expect.arrayContaining([finalizers.termination]),
        ownerReferences: [
          { kind: options.api, name: CLAIM, uid: world.claim()?.metadata.uid, blockOwnerDeletion: true },
        ],
        labels: { [labels.workspace]: 'phi', [labels.registered]: 'true', ...classLabel(world.api) },
        annotations: { 'example.com/team': 'ml' },
      });
      expect(taintsOf(nodeOf(world))).toEqual(
        expect.arrayContaining([{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }, STARTUP]),
      );
      removeStartupTaint(world);
      await world.until(() => world.isReady());
      await world.advance(60 * SECOND_MS);
      const own = world.seen.ownWrites('nodes', metadata.name);
      expect(own.map(({ event }) => event)).toEqual(['MODIFIED', 'MODIFIED']);
      expect(nodeOf(world).metadata.labels).toMatchObject({ [labels.initialized]: 'true' });
    }
  },
);

statement(26, 'a Node of the same pool with another provider ID is never written', async () => {
  for (const options of eras({})) {
    const world = await readyWorld(options);
    addNode(world, 'aks-other', { providerID: 'azure:///other', labels: { [labels.agentPool]: CLAIM } });
    world.patchClaim({ metadata: { annotations: { 'example.com/a': 'b' } } });
    await world.advance(120 * SECOND_MS);
    world.deleteClaim();
    await world.until(() => world.isGone());
    expect(world.seen.ownWrites('nodes', 'aks-other')).toEqual([]);
  }
});

statement(27, 'two Nodes of one provider ID are told of, and none is initialized until one is gone', async () => {
  for (const options of eras({})) {
    const world = new ProvisionerWorld(options);
    world.createClaim(CLAIM, WITH_STARTUP);
    await world.until(() => world.condition('Registered')?.status === 'True');
    const providerID = providerIdOf(nodeOf(world));
    addNode(world, 'aks-twin', { providerID });
    await world.until(() => world.condition('Registered')?.reason === 'MultipleNodesFound');
    expect(world.condition('Registered')).toMatchObject({
      status: 'False',
      message: expect.stringContaining(providerID),
    });
    removeStartupTaint(world);
    await world.advance(60 * SECOND_MS);
    expect(world.list(nodes).filter(({ metadata }) => labels.initialized in (metadata.labels ?? {}))).toEqual([]);
    world.delete(nodes, 'aks-twin');
    await world.until(() => world.isReady(), SECOND_MS);
  }
});

statement(28, 'labels of kubelet and AKS stay on the Node, except where the claim has the same key', async () => {
  for (const options of eras({})) {
    const world = new ProvisionerWorld(options);
    world.createClaim();
    await world.until(() => world.hasPool());
    // Later than the pool, which would give its own labels to the Node.
    world.patchClaim({ metadata: { labels: { [labels.arch]: 'claimed' } } });
    await world.until(() => world.isReady());
    const { name } = nodeOf(world).metadata;
    const [born] = world.seen.writes.filter((write) => write.plural === 'nodes' && write.name === name);
    const { [labels.arch]: arch, ...others } = born?.object.metadata.labels ?? {};
    expect(arch).not.toBe('claimed');
    expect(Object.keys(others).length).toBeGreaterThan(3);
    expect(nodeOf(world).metadata.labels).toMatchObject({ ...others, [labels.arch]: 'claimed' });
  }
});

statement(29, 'the taint of Nodes that nobody knows goes with the registration, if it was there', async () => {
  for (const taints of [[UNREGISTERED], []]) {
    const world = new ProvisionerWorld({ api: 'NodeClaim' });
    world.createClaim(CLAIM, { taints });
    await world.until(() => world.isReady());
    const name = nodeOf(world).metadata.name;
    const [born] = world.seen.writes.filter((write) => write.plural === 'nodes' && write.name === name);
    const [registered] = world.seen.ownWrites('nodes', name);
    expect(taintsOf(born?.object)).toEqual(expect.arrayContaining(taints));
    expect(taintsOf(registered?.object)).not.toContainEqual(UNREGISTERED);
  }
});

statement(30, 'a Node that is not to have its taints synced keeps them, and gets all the rest', async () => {
  const world = new ProvisionerWorld({ api: 'NodeClaim' });
  world.createClaim(CLAIM, { ...WITH_STARTUP, labels: { [labels.doNotSyncTaints]: 'true' } });
  await world.until(() => world.isReady());
  const node = nodeOf(world);
  expect(taintsOf(node)).not.toContainEqual(STARTUP);
  expect(node.metadata).toMatchObject({
    finalizers: [finalizers.termination],
    labels: { [labels.workspace]: 'phi', [labels.registered]: 'true' },
  });
});

statement(31, 'the name of the Node stands in the status no later than Registered', async () => {
  for (const options of eras({})) {
    const world = await readyWorld(options);
    const [registered] = writesOfClaim(world).filter((claim) => isTrue(claim, `${prefix(world.api)}Registered`));
    expect(statusOf(registered).nodeName).toBe(nodeOf(world).metadata.name);
  }
});

statement(32, 'each obstacle has its reason, the resource is named', async () => {
  for (const options of eras({})) {
    const world = new ProvisionerWorld({ ...options, cluster: { controllerMs: 5 * SECOND_MS } });
    world.createClaim(CLAIM, { ...WITH_STARTUP, ...GPU_REQUEST });
    await reason(world, 'NodeNotReady');
    await reason(world, 'StartupTaintsExist');
    expect(world.condition('Initialized')?.message).toContain(STARTUP.key);
    // The taint of Nodes that are not Ready goes a little later than the reason for it.
    removeStartupTaint(world);
    await reason(world, 'KnownEphemeralTaintsExist');
    await reason(world, 'ResourceNotRegistered');
    expect(world.condition('Initialized')?.message).toContain('nvidia.com/gpu');
    await world.until(() => world.isReady());
  }
});

statement(32, 'the taints that come and go on Nodes of NodeClaims are known', async () => {
  const late = [UNREGISTERED, { key: 'readiness.k8s.io/network', effect: 'NoSchedule' }];
  for (const taint of late) {
    const world = new ProvisionerWorld({ api: 'NodeClaim' });
    world.createClaim(CLAIM, WITH_STARTUP);
    await reason(world, 'StartupTaintsExist');
    setTaints(world, [taint]);
    await reason(world, 'KnownEphemeralTaintsExist');
    setTaints(world, []);
    await world.until(() => world.isReady(), SECOND_MS);
  }
});

statement(33, 'storage, which no Node offers, is not waited for', async () => {
  for (const options of eras({})) {
    const world = new ProvisionerWorld(options);
    world.createClaim(CLAIM, { requests: { storage: '120Gi' } });
    await world.until(() => world.isReady());
    const told = writesOfClaim(world).flatMap((claim) => conditionsOf(claim).map((condition) => condition.reason));
    expect(told).not.toContain('ResourceNotRegistered');
  }
});

statement(34, 'Ready follows within a second when the Node is Ready, its last taint gone, its GPUs there', async () => {
  for (const options of eras({})) {
    for (const parts of [{}, WITH_STARTUP, GPU_REQUEST]) {
      const world = new ProvisionerWorld(options);
      world.createClaim(CLAIM, parts);
      if (parts === WITH_STARTUP) {
        await reason(world, 'StartupTaintsExist');
        removeStartupTaint(world);
      }
      await world.until(() => world.isReady());
      const name = nodeOf(world).metadata.name;
      const ofNode = world.seen.writes.filter((write) => write.plural === 'nodes' && write.name === name);
      const cleared = ofNode.findLast(({ by }) => by === undefined);
      expect(world.nowMs - (cleared?.atMs ?? 0)).toBeLessThanOrEqual(SECOND_MS);
      expect(nodeOf(world).metadata.labels?.[labels.initialized]).toBe('true');
    }
  }
});

statement(35, 'a startup taint that comes back after the initialization changes nothing', async () => {
  for (const options of eras({})) {
    const world = new ProvisionerWorld(options);
    world.createClaim(CLAIM, WITH_STARTUP);
    await reason(world, 'StartupTaintsExist');
    removeStartupTaint(world);
    await world.until(() => world.isReady());
    const before = conditionsOf(world.claim());
    setTaints(world, [STARTUP]);
    await world.advance(60 * SECOND_MS);
    expect(conditionsOf(world.claim())).toEqual(before);
    expect(world.isReady()).toBe(true);
  }
});

statement(36, 'capacity and allocatable are there with Registered, as the Node has them', async () => {
  for (const options of eras({})) {
    const world = await readyWorld(options);
    const [registered] = writesOfClaim(world).filter((claim) => isTrue(claim, `${prefix(world.api)}Registered`));
    expect(Object.keys(statusOf(registered).capacity ?? {})).toEqual(expect.arrayContaining(['cpu', 'memory']));
    expect(Object.keys(statusOf(registered).allocatable ?? {})).toEqual(expect.arrayContaining(['cpu', 'memory']));
    await world.advance(300 * SECOND_MS);
    const { allocatable, capacity } = statusOf(nodeOf(world));
    expect(statusOf(world.claim())).toMatchObject({ allocatable, capacity });
  }
});

function classLabel(api: ClaimApi): Readonly<Record<string, string>> {
  return api === 'Machine' ? {} : { 'kaito.sh/kaitonodeclass': 'default' };
}

function prefix(api: ClaimApi): string {
  return api === 'Machine' ? 'Machine' : '';
}

async function reason(world: ProvisionerWorld, wanted: string): Promise<void> {
  await world.until(() => world.condition('Initialized')?.reason === wanted);
}

function removeStartupTaint(world: ProvisionerWorld): void {
  const { name } = nodeOf(world).metadata;
  const taints = taintsOf(nodeOf(world)).filter(({ key }) => key !== STARTUP.key);
  world.patch(nodes, { name }, { spec: { taints } });
}

function setTaints(world: ProvisionerWorld, taints: readonly object[]): void {
  world.patch(nodes, { name: nodeOf(world).metadata.name }, { spec: { taints } });
}

function writesOfClaim(world: ProvisionerWorld): readonly KubernetesObject[] {
  return world.seen.ownWrites(claimType(world.api).plural, CLAIM).map(({ object }) => object);
}

function isTrue(claim: KubernetesObject, type: string): boolean {
  return conditionsOf(claim).some((condition) => condition.type === type && condition.status === 'True');
}
