import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { annotations, labels } from '@kaito/types';

import { CLAIM_APIS } from './claims.ts';
import { statement } from './statement.ts';
import { Wire } from './wire.ts';

const SENTENCE = 'all requested instance types were unavailable during launch';

let wire: Wire;

beforeAll(async () => {
  wire = await Wire.begin();
});

afterEach(async () => {
  await wire.control.settings({ quotas: {}, capacity: {}, capacityProblem: 'operation', unavailableSizes: [] });
  await wire.control.reset();
});

afterAll(async () => {
  await wire.end();
});

statement(11, 'labels and taints are in the PUT, and on the Node with the startup taints', async () => {
  for (const [index, api] of CLAIM_APIS.entries()) {
    const name = `wslabels${index}`;
    await wire.create(api, name, { labels: { team: 'a' } });
    await wire.until(async () => wire.isReady(api, name));
    const [put] = await wire.puts(name);
    expect(put?.nodeLabels).toMatchObject({ team: 'a', [labels.workspace]: 'phi', [labels.machineType]: 'gpu' });
    expect(put?.nodeTaints).toEqual(['sku=gpu:NoSchedule']);
    await wire.remove(api, name);
  }
});

const DISKS: readonly (readonly [asked: string, gib: number])[] = [
  ['50Gi', 50],
  ['1Ti', 1024],
  ['400', 400],
  ['0', 0],
];

statement(12, 'osDiskSizeGB is what was asked for, in old spellings, too; above 2048 nothing is sent', async () => {
  for (const api of CLAIM_APIS) {
    for (const [index, [storage, gib]] of DISKS.entries()) {
      const name = `wsdisk${index}`;
      await wire.create(api, name, { requests: { storage } });
      await wire.until(async () => (await wire.puts(name)).length > 0);
      expect((await wire.puts(name)).map(({ osDiskSizeGB }) => osDiskSizeGB)).toEqual([gib]);
      await wire.remove(api, name);
    }
    await wire.control.clearLog();
    await wire.create(api, 'wsdisk', { requests: { storage: '3Ti' } });
    await wire.until(async () => wire.launchMessages(api, 'wsdisk').some((message) => message.includes('is 3Ti')));
    await wire.remove(api, 'wsdisk');
    expect(await wire.puts('wsdisk')).toEqual([]);
  }
});

statement(17, 'what the quota does not allow is given up without a PUT, with family, figures and code', async () => {
  await wire.control.settings({ quotas: { StandardNVADSA10v5Family: 5 } });
  for (const [index, api] of CLAIM_APIS.entries()) {
    const name = `wsquota${index}`;
    await wire.create(api, name, { instanceTypes: ['Standard_NV36ads_A10_v5'] });
    await wire.until(async () => wire.versions.some(({ metadata }) => metadata.name === name));
    await wire.until(async () => (await wire.claim(api, name)) === undefined);
    expect(await wire.puts(name)).toEqual([]);
    const has = async (): Promise<boolean> =>
      (await wire.events(name)).some(({ reason }) => reason === 'InsufficientCapacityError');
    await wire.until(has);
  }
});

statement(18, 'a Machine that finds no capacity says the sentence last, and keeps why', async () => {
  await wire.control.settings({ capacity: { Standard_NC4as_T4_v3: 0 }, capacityProblem: 'put' });
  await wire.create('Machine', 'wsnone', { instanceTypes: ['Standard_NC4as_T4_v3'] });
  await wire.until(async () => wire.launchMessages('Machine', 'wsnone').includes(SENTENCE));
  await wire.until(async () => (await wire.claim('Machine', 'wsnone')) === undefined);
  expect(await wire.puts('wsnone')).toHaveLength(1);
  const told = wire.launchMessages('Machine', 'wsnone');
  expect(told.at(-1)).toBe(SENTENCE);
  const last = wire.versions.findLast(({ metadata }) => metadata.name === 'wsnone');
  expect(last?.metadata.annotations?.[annotations.launchFailure]).toBe(told.at(-2));
});

statement(19, "Azure's code and figures come over the wire into condition and event", async () => {
  await wire.control.fault({
    on: { method: 'PUT' },
    times: null,
    effect: {
      kind: 'answer',
      error: { id: 'aks-vcpu-quota', blanks: { N: '24', R: '0', family: 'NCADS', loc: 'eastus' } },
    },
  });
  for (const [index, api] of CLAIM_APIS.entries()) {
    const name = `wscode${index}`;
    // Of a size each: what the first was refused, the second does not ask for.
    const size = ['Standard_NC24ads_A100_v4', 'Standard_NC48ads_A100_v4'][index] ?? '';
    await wire.create(api, name, { instanceTypes: [size] });
    const parts = ['NCADS', '24 needed', '0 left', 'ErrCode_InsufficientVCPUQuota', size];
    await wire.until(async () =>
      wire.launchMessages(api, name).some((message) => parts.every((part) => message.includes(part))),
    );
    await wire.until(async () =>
      (await wire.events(name)).some(
        ({ note, reason }) => reason === 'InsufficientCapacityError' && parts.every((part) => note.includes(part)),
      ),
    );
    await wire.until(async () => (await wire.claim(api, name)) === undefined);
  }
});

statement(20, 'sizes go over the wire in the listed order, until one is had', async () => {
  const sizes = ['Standard_NC12s_v3', 'Standard_NC24s_v3', 'Standard_NC6s_v3'];
  const [first = '', second = ''] = sizes;
  await wire.control.settings({ capacity: { [first]: 0, [second]: 0 }, capacityProblem: 'put' });
  await wire.create('NodeClaim', 'wsorder', { instanceTypes: sizes });
  await wire.until(async () => wire.isReady('NodeClaim', 'wsorder'));
  expect((await wire.puts('wsorder')).map(({ vmSize }) => vmSize)).toEqual(sizes);
  await wire.remove('NodeClaim', 'wsorder');
});
