import { expect } from '@jest/globals';
import { annotations, labels } from '@kaito/types';
import * as z from 'zod';

import { CLAIM_APIS } from './claims.ts';
import type { ClaimApi, ClaimParts } from './claims.ts';
import { CLAIM, ProvisionerWorld } from './provisioner-world.ts';
import { statement } from './statement.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

interface Bad extends ClaimParts {
  readonly says: string;
  readonly name?: string;
}

statement(
  5,
  'a name that no pool can have is told once, asks for nothing, and goes at once when it is deleted',
  async () => {
    const says = 'metadata.name is';
    for (const api of CLAIM_APIS) {
      for (const name of ['a123456789012', 'ws-1', '1ws', 'w.s']) {
        await refusedForGood(api, { name, says });
      }
    }
  },
);

statement(5, 'a pool has the name of its claim', async () => {
  for (const api of CLAIM_APIS) {
    const world = new ProvisionerWorld({ api });
    world.createClaim('a12345678901');
    await world.until(() => world.isReady('a12345678901'));
    expect(world.cloud.accepted.map(({ name }) => name)).toEqual(['a12345678901']);
  }
});

statement(6, 'a claim without an instance type is told the key, and nothing is asked for', async () => {
  const says = `spec.requirements has no ${labels.instanceType} with operator In`;
  for (const api of CLAIM_APIS) {
    await refusedForGood(api, { instanceTypes: [], says });
    await refusedForGood(api, {
      instanceTypes: [],
      requirements: [{ key: labels.instanceType, operator: 'Exists' }],
      says,
    });
  }
});

const NEVER_POSSIBLE: readonly Bad[] = [
  { instanceTypes: ['Standard_Foo_v9'], says: `${labels.instanceType}: Standard_Foo_v9 is no VM size of eastus` },
  {
    instanceTypes: ['Standard_NC24ads_A100_v4'],
    says: 'Standard_NC24ads_A100_v4 may not be used by this subscription in eastus',
  },
  {
    requirements: [{ key: labels.zone, operator: 'In', values: ['eastus-3'] }],
    says: `${labels.zone}: Standard_NC6s_v3 in zone 3 is not offered in zone 3 of eastus, but in 1, 2`,
  },
  {
    requirements: [{ key: labels.zone, operator: 'In', values: ['westus-1'] }],
    says: `no value of ${labels.zone}`,
  },
  {
    requirements: [{ key: labels.instanceType, operator: 'NotIn', values: ['Standard_NC6s_v3'] }],
    says: `no value of ${labels.instanceType}`,
  },
  {
    requirements: [{ key: labels.os, operator: 'In', values: ['windows'] }],
    says: 'agent pools for claims run linux',
  },
  {
    requirements: [
      { key: labels.capacityType, operator: 'In', values: ['spot'] },
      { key: labels.capacityType, operator: 'NotIn', values: ['spot'] },
    ],
    says: `no value of ${labels.capacityType}`,
  },
  { labels: { 'kubernetes.azure.com/mode': 'x' }, says: 'metadata.labels has kubernetes.azure.com/mode' },
  {
    annotations: { [annotations.imageFamily]: 'flatcar' },
    says: `${annotations.imageFamily} "flatcar"; agent pools come with ubuntu or azurelinux`,
  },
];

statement(6, 'whatever can never be had is told by its field, once, and nothing is asked for', async () => {
  for (const api of CLAIM_APIS) {
    for (const bad of NEVER_POSSIBLE) {
      await refusedForGood(api, bad);
    }
  }
});

statement(6, 'claim 101 is told the limit, asks for nothing, and goes on when a pool goes', async () => {
  for (const api of CLAIM_APIS) {
    const world = new ProvisionerWorld({ api });
    for (let index = 1; index < 100; index += 1) {
      world.cloud.addPool({ ...ANOTHERS, name: `other${index}` });
    }
    world.createClaim();
    await world.advance(HOUR_MS);
    expect(world.condition('Launched')?.message).toContain('100 agent pools, and AKS allows 100');
    expect(world.seen.cloudCalls('create')).toEqual([]);
    world.cloud.removePool('other7');
    await world.until(() => world.isReady());
  }
});

statement(11, 'labels and taints are in the pool, startup taints come to the Node with them', async () => {
  for (const api of CLAIM_APIS) {
    const world = new ProvisionerWorld({ api });
    const startup = { key: 'example.com/booting', value: 'yes', effect: 'NoExecute' };
    world.createClaim(CLAIM, {
      labels: { team: 'a' },
      taints: [
        { key: 'sku', value: 'gpu', effect: 'NoSchedule' },
        { key: 'only', effect: 'NoExecute' },
      ],
      spec: { startupTaints: [startup] },
    });
    await world.until(() => world.node()?.metadata.labels?.[labels.registered] === 'true');
    const [pool] = world.cloud.accepted;
    expect(pool?.nodeLabels).toMatchObject({ team: 'a', [labels.workspace]: 'phi', [labels.machineType]: 'gpu' });
    expect(pool?.nodeTaints).toEqual(['sku=gpu:NoSchedule', 'only=:NoExecute']);
    const node = world.node();
    expect(node?.metadata.labels).toMatchObject({ team: 'a' });
    const keys = WithTaints.parse(node).spec.taints.map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining(['sku', 'only', startup.key]));
  }
});

const DISKS: readonly (readonly [asked: string, gib: number])[] = [
  ['50Gi', 50],
  ['120Gi', 120],
  ['1024Gi', 1024],
  ['1Ti', 1024],
  ['2048Gi', 2048],
  ['512Mi', 0],
  ['400', 400],
  ['0', 0],
];

statement(
  12,
  'a storage request is whole GiB of disk; a bare number is GiB, and 0 the choice of the platform',
  async () => {
    for (const api of CLAIM_APIS) {
      const world = new ProvisionerWorld({ api });
      const names = DISKS.map((_, index) => `ws${index}`);
      DISKS.forEach(([storage], index) => {
        world.createClaim(names[index], { requests: { storage } });
      });
      await world.until(() => names.every((name) => world.isReady(name)));
      const sizes = names.map((name) => world.cloud.accepted.find((pool) => pool.name === name)?.osDiskSizeGiB);
      expect(sizes).toEqual(DISKS.map(([, gib]) => gib));
    }
  },
);

statement(12, 'a disk above 2048 GiB is refused for good', async () => {
  for (const api of CLAIM_APIS) {
    for (const storage of ['3Ti', '2049Gi', '-1Gi']) {
      await refusedForGood(api, { requests: { storage }, says: `spec.resources.requests.storage is ${storage}` });
    }
  }
});

statement(13, 'a claim that asks for no storage is made with the disk of the platform', async () => {
  for (const api of CLAIM_APIS) {
    const world = new ProvisionerWorld({ api });
    world.createClaim(CLAIM, { requests: { storage: undefined } });
    await world.until(() => world.isReady());
    expect(world.cloud.accepted[0]?.osDiskSizeGiB).toBe(0);
  }
});

statement(14, 'a requirement of one value wins over the cloud, a label of the user over both', async () => {
  for (const api of CLAIM_APIS) {
    const world = new ProvisionerWorld({ api });
    world.createClaim('wsa', { requirements: required('spot') });
    world.createClaim('wsb', { requirements: required('on-demand'), labels: { 'example.com/tier': 'mine' } });
    await world.until(() => world.isReady('wsa') && world.isReady('wsb'));
    const [one, other] = ['wsa', 'wsb'].map((name) => world.claim(name)?.metadata.labels ?? {});
    expect(one).toMatchObject({
      'example.com/tier': 'required',
      [labels.instanceType]: 'Standard_NC6s_v3',
      [labels.capacityType]: 'spot',
    });
    expect(one).not.toHaveProperty('example.com/several');
    expect(other).toMatchObject({ 'example.com/tier': 'mine', [labels.capacityType]: 'on-demand' });
  }
});

statement(
  21,
  'no node class is in use: whatever class of ours is named, the claim launches, and none is asked for',
  async () => {
    for (const name of ['default', 'not-there']) {
      const world = new ProvisionerWorld({ api: 'NodeClaim' });
      world.createClaim(CLAIM, {
        labels: { [labels.workspace]: undefined, [labels.workspaceNamespace]: undefined },
        spec: { nodeClassRef: { group: 'kaito.sh', kind: 'KaitoNodeClass', name } },
      });
      await world.until(() => world.isReady());
      expect(world.seen.calls.filter(({ target }) => target.toLowerCase().includes('nodeclass'))).toEqual([]);
    }
  },
);

function required(capacityType: string): NonNullable<ClaimParts['requirements']> {
  return [
    { key: 'example.com/tier', operator: 'In', values: ['required'] },
    { key: 'example.com/several', operator: 'In', values: ['a', 'b'] },
    { key: labels.capacityType, operator: 'In', values: [capacityType] },
  ];
}

const ANOTHERS = { vmSize: 'Standard_D2s_v5', osDiskSizeGiB: 0, tags: {}, nodeLabels: {}, nodeTaints: [] };

const WithTaints = z.object({ spec: z.object({ taints: z.array(z.object({ key: z.string() })).default([]) }) });

/** Told in the condition and one event, without a create, without another write in an hour; deleted at once. */
async function refusedForGood(api: ClaimApi, { name = CLAIM, says, ...parts }: Bad): Promise<void> {
  const world = new ProvisionerWorld({
    api,
    cloud: { unavailableSizes: ['Standard_NC24ads_A100_v4'], unavailableZones: { Standard_NC6s_v3: ['3'] } },
  });
  world.createClaim(name, parts);
  await world.until(() => world.condition('Launched', name)?.reason === 'LaunchFailed');
  await world.advance(SECOND_MS);
  expect(world.condition('Launched', name)?.message).toContain(says);
  const writes = world.seen.ownWrites(world.api === 'Machine' ? 'machines' : 'nodeclaims').length;
  await world.advance(HOUR_MS);
  expect(world.seen.ownWrites(world.api === 'Machine' ? 'machines' : 'nodeclaims')).toHaveLength(writes);
  expect(world.events(name).map(({ reason }) => reason)).toEqual(['LaunchFailed']);
  expect(world.seen.cloudCalls('create')).toEqual([]);
  const deletedMs = world.nowMs;
  world.deleteClaim(name);
  await world.until(() => world.isGone(name));
  expect(world.nowMs - deletedMs).toBeLessThan(10 * SECOND_MS);
  expect(world.seen.cloudCalls('delete')).toEqual([]);
  world.end();
}
