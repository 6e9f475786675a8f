import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';

import { statement } from '../../../test/conformance/statement.ts';
import type { AgentPools, AgentPoolSpec } from '../../core/pools/cloud.ts';
import { azureAgentPools } from './agent-pools.ts';
import { azureIdentity } from './credential.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@kaito/controller-runtime';
import { startArmSimulator } from '@kaito/local-cloud';
import type { ArmSimulator } from '@kaito/local-cloud';
import { controlSimulator } from '@kaito/testkit';
import type { SimulatorControl } from '@kaito/testkit';

const signal = new AbortController().signal;

const spec: AgentPoolSpec = {
  name: 'ws012345678',
  vmSize: 'Standard_NC24ads_A100_v4',
  osDiskSizeGiB: 120,
  tags: { 'kaito-cluster': 'c', 'kaito-claim': 'ws012345678', 'kaito-claim-uid': 'u' },
  nodeLabels: { 'kaito.sh/workspace': 'phi' },
  nodeTaints: ['sku=gpu:NoSchedule'],
};

describe('the agent pools of an AKS cluster, through the SDK', () => {
  let directory: string;
  let simulator: ArmSimulator;
  let control: SimulatorControl;
  let pools: AgentPools;

  beforeAll(async () => {
    simulator = await startArmSimulator({ scale: 0.01 });
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), simulator.caPem]);
    control = controlSimulator(simulator);
    directory = await mkdtemp(path.join(tmpdir(), 'kaito-azure-'));
    await writeFile(path.join(directory, 'token'), 'header.payload.signature');
    pools = connect();
  });

  afterAll(async () => {
    await simulator.close();
    await rm(directory, { recursive: true });
  });

  beforeEach(async () => {
    await control.reset();
  });

  function connect(
    more: { readonly tokenFile?: string; readonly clusterName?: string; readonly timeoutMs?: number } = {},
  ): AgentPools {
    const { subscriptionId, resourceGroup, clusterName } = simulator.cluster;
    return azureAgentPools({
      endpoint: simulator.endpoint,
      scope: 'https://management.azure.com/.default',
      subscriptionId,
      resourceGroup,
      clusterName: more.clusterName ?? clusterName,
      requestTimeoutMs: more.timeoutMs ?? 5_000,
      clock: systemClock,
      credential: azureIdentity({
        tenantId: '00000000-0000-0000-0000-000000000001',
        clientId: '00000000-0000-0000-0000-000000000002',
        tokenFile: more.tokenFile ?? path.join(directory, 'token'),
        authorityHost: simulator.endpoint,
      }),
    });
  }

  it('creates with one PUT that carries everything, and asks nothing afterwards', async () => {
    const answer = await pools.create(spec, signal);
    expect(answer).toEqual({
      isOk: true,
      value: {
        name: spec.name,
        phase: 'Creating',
        vmSize: spec.vmSize,
        tags: spec.tags,
        nodeLabels: spec.nodeLabels,
        etag: expect.any(String),
      },
    });
    const requests = await control.requests();
    expect(requests.map(({ method, status }) => [method, status])).toEqual([['PUT', 201]]);
    expect(requests[0]?.body).toEqual({
      properties: {
        vmSize: 'Standard_NC24ads_A100_v4',
        count: 1,
        mode: 'User',
        type: 'VirtualMachineScaleSets',
        osType: 'Linux',
        osDiskSizeGB: 120,
        tags: spec.tags,
        nodeLabels: spec.nodeLabels,
        nodeTaints: ['sku=gpu:NoSchedule'],
      },
    });
  });

  it('asks for a spot VM in a zone, of a distribution, and sees that it is one', async () => {
    const wanted = { zones: ['2'], capacityType: 'spot', osSku: 'AzureLinux' } as const;
    const seen = { capacityType: 'spot', zones: ['2'] };
    expect(await pools.create({ ...spec, ...wanted }, signal)).toMatchObject({ isOk: true, value: seen });
    const [request] = await control.requests();
    expect(request?.body).toMatchObject({
      properties: {
        availabilityZones: ['2'],
        osSKU: 'AzureLinux',
        scaleSetPriority: 'Spot',
        spotMaxPrice: -1,
        scaleSetEvictionPolicy: 'Delete',
      },
    });
    expect(await pools.get(spec.name, signal)).toMatchObject({ isOk: true, value: seen });
  });

  statement(8, 'a second create of a name is refused on the wire, and changes nothing', async () => {
    await pools.create(spec, signal);
    expect(await pools.create(spec, signal)).toMatchObject({ isOk: false, failure: { kind: 'AlreadyExists' } });
  });

  it('sees one pool, all pools on several pages, and that there is none', async () => {
    await control.settings({ pageSize: 1 });
    await pools.create(spec, signal);
    const seen = { name: spec.name, phase: 'Creating', vmSize: spec.vmSize, tags: spec.tags };
    expect(await pools.get(spec.name, signal)).toMatchObject({ isOk: true, value: seen });
    expect(await pools.list(signal)).toMatchObject({
      isOk: true,
      value: [{ phase: 'Ready', tags: {} }, seen],
    });
    expect(await pools.get('nothere', signal)).toEqual({ isOk: true, value: undefined });
  });

  it('deletes the pool that its answer to the create told of, and no later one of that name', async () => {
    const made = await pools.create(spec, signal);
    const etag = made.isOk ? made.value.etag : undefined;
    expect(await pools.list(signal)).toMatchObject({ value: [{}, { name: spec.name, etag }] });
    expect(await pools.delete({ name: spec.name, etag: 'another' }, signal)).toMatchObject({
      isOk: false,
      failure: { kind: 'AlreadyExists' },
    });
    expect(await pools.delete({ name: spec.name, ...(etag !== undefined && { etag }) }, signal)).toEqual({
      isOk: true,
      value: 'accepted',
    });
  });

  statement(45, 'one DELETE on the wire, which also learns that there is nothing to delete', async () => {
    await pools.create(spec, signal);
    await control.clearLog();
    expect(await pools.delete({ name: spec.name }, signal)).toEqual({ isOk: true, value: 'accepted' });
    expect(await pools.delete({ name: 'nothere' }, signal)).toEqual({ isOk: true, value: 'absent' });
    const requests = await control.requests();
    expect(requests.map(({ method, status }) => [method, status])).toEqual([
      ['DELETE', 202],
      ['DELETE', 204],
    ]);
  });

  statement(46, 'on the wire, no disruption budget fails a deletion: every DELETE overrides them', async () => {
    const drainFails = { kind: 'failOperation', error: { id: 'drain' } } as const;
    await control.fault({ on: { method: 'DELETE' }, times: null, effect: drainFails });
    await pools.create(spec, signal);
    await pools.delete({ name: spec.name }, signal);
    await control.until(async () => /Gone|Failed/u.test(await phase()));
    expect(await phase()).toBe('Gone');
    const deletes = (await control.requests()).filter(({ method }) => method === 'DELETE');
    expect(deletes).toMatchObject([{ query: { 'ignore-pod-disruption-budget': 'true' } }]);
  });

  async function phase(): Promise<string> {
    const answer = await pools.get(spec.name, signal);
    return answer.isOk ? (answer.value?.phase ?? 'Gone') : 'Unknown';
  }

  it('aborts what runs on a pool, with one POST', async () => {
    await pools.create(spec, signal);
    await control.clearLog();
    expect(await pools.abort(spec.name, signal)).toEqual({ isOk: true, value: 'accepted' });
    expect((await control.requests()).map(({ method }) => method)).toEqual(['POST']);
  });

  it('reads why a pool failed', async () => {
    await control.fault({
      on: { method: 'PUT' },
      effect: { kind: 'failOperation', error: { id: 'allocation-failed' } },
    });
    await pools.create(spec, signal);
    await control.until(async () => {
      const answer = await pools.get(spec.name, signal);
      return answer.isOk && answer.value?.phase === 'Failed';
    });
    expect(await pools.get(spec.name, signal)).toMatchObject({
      isOk: true,
      value: { phase: 'Failed', failure: { kind: 'SkuUnavailable', code: 'AllocationFailed' } },
    });
  });

  statement(54, 'on the wire, Retry-After is read, and nothing is sent again by itself', async () => {
    await control.fault({
      on: { method: 'PUT' },
      effect: { kind: 'answer', error: { id: 'throttle-aks' }, headers: { 'retry-after': '17' } },
    });
    expect(await pools.create(spec, signal)).toMatchObject({
      isOk: false,
      failure: { kind: 'Transient', code: 'Throttled', retryAfterMs: 17_000 },
    });
    expect(await control.requests()).toHaveLength(1);
  });

  it('unwraps what a create was refused for, with its figures', async () => {
    const details = [
      {
        code: 'QuotaExceeded',
        message:
          'exceeding approved standardNCADSA100v4Family Cores quota. Current Limit: 0, Current Usage: 0, Additional Required: 24',
      },
    ];
    await control.fault({
      on: { method: 'PUT' },
      effect: {
        kind: 'answer',
        error: { status: 400, code: 'InvalidTemplateDeployment', message: 'see details', details },
      },
    });
    expect(await pools.create(spec, signal)).toMatchObject({
      isOk: false,
      failure: { kind: 'QuotaExceeded', code: 'QuotaExceeded', quota: { limit: 0, used: 0, needed: 24 } },
    });
  });

  it('says that the cluster is not there, which is another thing than a pool', async () => {
    const answer = await connect({ clusterName: 'elsewhere' }).get(spec.name, signal);
    expect(answer).toMatchObject({ isOk: false, failure: { kind: 'ClusterNotFound' } });
  });

  it('counts a cut connection and a late answer as passing', async () => {
    await control.fault({ on: { method: 'GET' }, effect: { kind: 'cut', when: 'before' } });
    expect(await pools.get(spec.name, signal)).toMatchObject({ isOk: false, failure: { kind: 'Transient' } });
    await control.fault({ on: { method: 'GET' }, effect: { kind: 'hold', when: 'before' } });
    const hasty = connect({ timeoutMs: 300 });
    expect(await hasty.get(spec.name, signal)).toMatchObject({ isOk: false, failure: { kind: 'Transient' } });
  });

  it('throws when it is told to stop', async () => {
    await control.fault({ on: { method: 'GET' }, effect: { kind: 'hold', when: 'before' } });
    const stop = new AbortController();
    const stopped = pools.get(spec.name, stop.signal);
    setTimeout(() => {
      stop.abort(new Error('stopping'));
    }, 50);
    await expect(stopped).rejects.toThrow('stopping');
  });

  it('waits for credentials that come later', async () => {
    const tokenFile = path.join(directory, 'later');
    const early = connect({ tokenFile });
    expect(await early.list(signal)).toMatchObject({ isOk: false, failure: { kind: 'Denied' } });
    await writeFile(tokenFile, 'header.payload.signature');
    expect(await early.list(signal)).toMatchObject({ isOk: true });
  });
});
