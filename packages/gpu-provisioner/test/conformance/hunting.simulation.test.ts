import { expect } from '@jest/globals';
import type { CloudFailure } from '@kaito/gpu-provisioner';
import { annotations, labels } from '@kaito/types';

import { CLAIM_APIS } from './claims.ts';
import { countedMetrics } from './counted.ts';
import { CLAIM, ProvisionerWorld } from './provisioner-world.ts';
import type { ProvisionerWorldOptions } from './provisioner-world.ts';
import { statement } from './statement.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const SENTENCE = 'all requested instance types were unavailable during launch';
const THREE = ['Standard_NC24ads_A100_v4', 'Standard_NC6s_v3', 'Standard_NC12s_v3'];
const [FIRST = '', SECOND = '', THIRD = ''] = THREE;

const passing: readonly CloudFailure[] = [
  { kind: 'Transient', code: 'InternalServerError', message: 'try again' },
  { kind: 'Transient', code: 'Throttled', message: 'later', retryAfterMs: 5_000 },
  { kind: 'Busy', code: 'OperationNotAllowed', message: 'another agentpool operation is in progress' },
];

statement(15, 'a Machine adopts the instance that it names, without a create', async () => {
  const world = new ProvisionerWorld();
  world.createClaim();
  await world.until(() => world.isReady());
  const instance = world.claim()?.metadata.annotations?.[annotations.linked] ?? '';
  world.createClaim('ws2', { annotations: { [annotations.linked]: `${instance}-of-another` } });
  await world.advance(MINUTE_MS);
  expect(world.condition('Launched', 'ws2')?.reason).toBe('LinkFailed');
  expect(world.seen.cloudCalls('create')).toHaveLength(1);
});

statement(15, 'a Machine whose instance is missing goes, without a create', async () => {
  const scaleSet = `/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/aks-${CLAIM}-12345678-vmss`;
  const world = new ProvisionerWorld();
  world.createClaim(CLAIM, { annotations: { [annotations.linked]: `azure://${scaleSet}/virtualMachines/0` } });
  await world.until(() => world.isGone(), MINUTE_MS);
  expect(world.seen.cloudCalls('create')).toEqual([]);
  expect(world.events().map(({ reason }) => reason)).toContain('AgentPoolLost');
});

statement(16, 'what passes keeps the claim, is told, and is tried again within a second to a minute', async () => {
  for (const api of CLAIM_APIS) {
    for (const failure of passing) {
      const world = new ProvisionerWorld({ api });
      world.cloud.refuseNext('create', failure, 5);
      world.createClaim();
      await world.until(() => world.condition('Launched')?.reason === 'LaunchFailed');
      expect(world.condition('Launched')?.message).toContain(failure.code);
      await world.until(() => world.isReady());
      const at = world.seen.cloudCalls('create').map(({ atMs }) => atMs);
      const pauses = at.slice(1).map((ms, index) => ms - (at[index] ?? 0));
      expect({ code: failure.code, tries: at.length }).toEqual({ code: failure.code, tries: 6 });
      expect(Math.min(...pauses)).toBeGreaterThanOrEqual(SECOND_MS);
      expect(Math.max(...pauses)).toBeLessThanOrEqual(MINUTE_MS + SECOND_MS);
    }
  }
});

/** No place is left, as told by the answer, by the operation, or by the quotas beforehand. */
const NO_ROOM: readonly (ProvisionerWorldOptions & { readonly creates: number; readonly says: readonly string[] })[] = [
  { cloud: { capacity: { [SECOND]: 0 }, capacityToldBy: 'create' }, creates: 1, says: ['SkuNotAvailable'] },
  { cloud: { capacity: { [SECOND]: 0 } }, creates: 1, says: ['AllocationFailed'] },
  {
    cloud: { quotas: { standardNCSv3Family: 5 } },
    creates: 0,
    says: [
      'standardNCSv3Family',
      '6 needed',
      'limit 5',
      '0 used',
      'ErrCode_InsufficientVCPUQuota',
      'Quotas in the Azure portal',
    ],
  },
  {
    cloud: { quotas: { standardNCSv3Family: 5 }, isComputePermitted: false },
    creates: 1,
    says: ['standardNCSv3Family', '6 needed', '5 left', 'ErrCode_InsufficientVCPUQuota', 'Quotas in the Azure portal'],
  },
  {
    cloud: { quotas: { standardNCSv3Family: 5 }, isComputePermitted: false, quotaToldBy: 'operation' },
    creates: 1,
    says: ['6 needed', 'limit 5', '0 used', 'OperationNotAllowed'],
  },
];

statement(17, 'without a place the claim goes, with one event of that name and one count', async () => {
  for (const api of CLAIM_APIS) {
    for (const { creates, says: _, ...options } of NO_ROOM) {
      const { counted, metrics } = countedMetrics();
      const world = new ProvisionerWorld({ ...options, api, metrics });
      world.createClaim();
      await world.until(() => world.isGone(), 10 * MINUTE_MS);
      await world.advance(SECOND_MS);
      expect(world.seen.cloudCalls('create')).toHaveLength(creates);
      expect(world.hasPool()).toBe(false);
      const given = world.events().filter(({ reason }) => reason === 'InsufficientCapacityError');
      expect(given.map(({ type }) => type)).toEqual(['Warning']);
      expect(
        counted.filter((one) => one.includes('terminated') && one.includes('reason=insufficient_capacity')),
      ).toHaveLength(1);
    }
  }
});

statement(17, 'wherever the process dies while it gives a claim up, the claim goes, and no pool stays', async () => {
  for (const api of CLAIM_APIS) {
    const options = { api, cloud: { capacity: { [SECOND]: 0 }, capacityToldBy: 'create' } } as const;
    const undisturbed = await givenUp(options);
    for (let at = 0; at < undisturbed.world.effectCount; at += 1) {
      const world = await givenUp({ ...options, fault: ({ index }) => (index === at ? 'crash-after' : undefined) });
      expect({ at, creates: world.seen.cloudCalls('create').length <= 2 }).toEqual({ at, creates: true });
      world.end();
    }
  }
});

statement(18, 'a Machine says the sentence of Kaito before it goes, and why in the write before', async () => {
  for (const { says, creates: _, ...options } of NO_ROOM) {
    const world = new ProvisionerWorld(options);
    world.createClaim();
    await world.until(() => world.isGone(), 10 * MINUTE_MS);
    const told = world.launchMessages();
    expect(told.at(-1)).toBe(SENTENCE);
    expect(told.at(-2)).toContain(says[0]);
  }
});

statement(19, 'code and figures are in the condition and in the event, whole, and a Machine keeps them', async () => {
  for (const api of CLAIM_APIS) {
    for (const { says, creates: _, ...options } of NO_ROOM) {
      const world = new ProvisionerWorld({ ...options, api });
      world.createClaim();
      await world.until(() => world.isGone(), 10 * MINUTE_MS);
      const condition = world.launchMessages().findLast((message) => message !== SENTENCE) ?? '';
      const event = world.events().find(({ reason }) => reason === 'InsufficientCapacityError')?.note ?? '';
      const kept = world.seen
        .ownWrites('machines')
        .map(({ object }) => object.metadata.annotations?.[annotations.launchFailure])
        .findLast((text) => text !== undefined);
      for (const part of says) {
        expect(condition).toContain(part);
        expect(event).toContain(part);
        expect(api === 'Machine' ? kept : part).toContain(part);
      }
    }
  }
});

statement(
  20,
  'sizes are asked for as listed, those that failed are told, and nobody asks for them for a while',
  async () => {
    for (const api of CLAIM_APIS) {
      for (const capacityToldBy of ['create', 'operation'] as const) {
        const world = new ProvisionerWorld({ api, cloud: { capacity: { [FIRST]: 0, [SECOND]: 0 }, capacityToldBy } });
        world.createClaim('wsa', { instanceTypes: THREE });
        await world.until(() => world.isReady('wsa'));
        expect(askedSizes(world)).toEqual(THREE.map((size) => `wsa ${size}`));
        const failed = world.events('wsa').filter(({ reason }) => reason === 'LaunchFailed');
        expect(failed.some(({ note }) => note.includes(FIRST))).toBe(true);
        expect(failed.some(({ note }) => note.includes(SECOND))).toBe(true);
        world.createClaim('wsb', { instanceTypes: THREE });
        await world.until(() => world.isReady('wsb'));
        expect(askedSizes(world).filter((asked) => asked.startsWith('wsb'))).toEqual([`wsb ${THIRD}`]);
        world.cloud.change({ capacity: {} });
        await world.advance(11 * MINUTE_MS);
        world.createClaim('wsc', { instanceTypes: THREE });
        await world.until(() => world.isReady('wsc'));
        expect(askedSizes(world).at(-1)).toBe(`wsc ${FIRST}`);
      }
    }
  },
);

statement(
  20,
  'spot comes before on-demand, each zone by itself; a size of no zone is asked for without one',
  async () => {
    for (const api of CLAIM_APIS) {
      const requirements = [
        { key: labels.capacityType, operator: 'In', values: ['on-demand', 'spot'] },
        { key: labels.zone, operator: 'In', values: ['eastus-2', '1'] },
      ];
      const capacity = { [`${SECOND}/1`]: 0, [`${SECOND}/2`]: 0 };
      const cloud = { capacity, capacityToldBy: 'create', unavailableZones: { [THIRD]: ['1', '2', '3'] } } as const;
      const world = new ProvisionerWorld({ api, cloud });
      world.createClaim(CLAIM, { instanceTypes: [SECOND, THIRD], requirements });
      await world.until(() => world.isReady());
      const told = world.events().flatMap(({ note, reason }) => (reason === 'LaunchFailed' ? [note] : []));
      expect(world.seen.cloudCalls('create')).toHaveLength(5);
      for (const place of ['in zone 2 (spot)', 'in zone 1 (spot)', 'in zone 2:', 'in zone 1:']) {
        expect(told.some((note) => note.includes(`${SECOND} ${place}`))).toBe(true);
      }
      const [pool] = world.cloud.accepted;
      expect([pool?.vmSize, pool?.capacityType, pool?.zones]).toEqual([THIRD, 'spot', undefined]);
      expect(world.node()?.metadata.labels?.[labels.capacityType]).toBe('spot');
    }
  },
);

statement(20, 'a claim sends twelve creates in an hour at most, and then goes', async () => {
  for (const api of CLAIM_APIS) {
    const world = new ProvisionerWorld({ api, cloud: { isComputePermitted: false } });
    world.cloud.refuseNext('create', { kind: 'SkuUnavailable', code: 'AllocationFailed', message: 'none' }, 99);
    const sizes = Array.from({ length: 20 }, (_, index) => `Standard_NC${index}_v9`);
    world.createClaim(CLAIM, { instanceTypes: sizes });
    await world.until(() => world.isGone());
    expect(world.seen.cloudCalls('create')).toHaveLength(12);
    expect(
      world
        .events()
        .map(({ note }) => note)
        .join('\n'),
    ).toContain('12 creates were sent within an hour');
  }
});

async function givenUp(options: ProvisionerWorldOptions): Promise<ProvisionerWorld> {
  const world = new ProvisionerWorld(options);
  world.createClaim();
  await world.until(() => world.isGone(), 20 * MINUTE_MS);
  await world.advance(MINUTE_MS);
  expect(world.hasPool()).toBe(false);
  return world;
}

function askedSizes(world: ProvisionerWorld): readonly string[] {
  return world.asked.map(({ name, vmSize }) => `${name} ${vmSize}`);
}
