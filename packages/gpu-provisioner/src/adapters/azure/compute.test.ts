import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { startSimulatedArm } from '../../../test/simulated-arm.ts';
import type { SimulatedArm } from '../../../test/simulated-arm.ts';
import type { Compute, VmSku } from '../../core/offerings/offering.ts';
import { azureCompute } from './compute.ts';

const signal = new AbortController().signal;
const A100 = 'Standard_NC24ads_A100_v4';

describe('what a region offers, through the SDK', () => {
  let arm: SimulatedArm;
  let compute: Compute;

  beforeAll(async () => {
    arm = await startSimulatedArm();
    compute = azureCompute({ ...arm.options, location: 'East US' });
  });

  afterAll(async () => {
    await arm.close();
  });

  beforeEach(async () => {
    await arm.control.reset();
    await arm.control.settings({ unavailableSizes: [], unavailableZones: {}, quotas: {}, pageSize: 0 });
  });

  async function sku(name: string): Promise<VmSku | undefined> {
    const answer = await compute.skus(signal);
    return answer.isOk ? answer.value.find((found) => found.name === name) : undefined;
  }

  it('asks once for the sizes of the region, and keeps what counts', async () => {
    expect(await sku(A100)).toEqual({
      name: A100,
      family: 'StandardNCADSA100v4Family',
      vcpus: 24,
      gpus: 1,
      zones: ['1', '2', '3'],
      isOffered: true,
      isSpotCapable: true,
    });
    expect(await arm.control.requests()).toMatchObject([
      { method: 'GET', query: { $filter: "location eq 'eastus'" }, status: 200 },
    ]);
  });

  it('leaves out zones that are restricted, and says which sizes the subscription may not use', async () => {
    await arm.control.settings({ unavailableZones: { [A100]: ['1', '3'] }, unavailableSizes: ['Standard_NC6s_v3'] });
    expect(await sku(A100)).toMatchObject({ zones: ['2'], isOffered: true });
    expect(await sku('Standard_NC6s_v3')).toMatchObject({ isOffered: false });
  });

  it('finds nothing in a region where there is nothing', async () => {
    const elsewhere = azureCompute({ ...arm.options, location: 'westus' });
    expect(await elsewhere.skus(signal)).toEqual({ isOk: true, value: [] });
  });

  it('reads the quotas and what is used of them', async () => {
    await arm.control.settings({ quotas: { StandardNCADSA100v4Family: 48, lowPriorityCores: 5 } });
    const answer = await compute.usages(signal);
    expect(answer.isOk ? answer.value : []).toEqual(
      expect.arrayContaining([
        {
          name: 'StandardNCADSA100v4Family',
          localizedName: 'StandardNCADSA100v4Family vCPUs',
          limit: 48,
          used: 0,
        },
        { name: 'lowPriorityCores', localizedName: 'Total Regional Low-priority vCPUs', limit: 5, used: 0 },
        { name: 'cores', localizedName: 'Total Regional vCPUs', limit: 50_000, used: 4 },
      ]),
    );
  });

  it('follows the pages of a list', async () => {
    const [skus, usages] = await Promise.all([compute.skus(signal), compute.usages(signal)]);
    await arm.control.settings({ pageSize: 5 });
    await arm.control.clearLog();
    expect(await compute.skus(signal)).toEqual(skus);
    expect(await compute.usages(signal)).toEqual(usages);
    expect((await arm.control.requests()).length).toBeGreaterThan(10);
  });

  it.each(['ListSkus', 'ListUsages'] as const)('tells who may not read it (%s)', async (route) => {
    await arm.control.fault({ on: { route }, effect: { kind: 'answer', error: { id: 'authz' } } });
    const answer = await (route === 'ListSkus' ? compute.skus(signal) : compute.usages(signal));
    expect(answer).toMatchObject({ isOk: false, failure: { kind: 'Denied', code: 'AuthorizationFailed' } });
  });

  it('hands on how long Azure wants to be left alone, and does not ask again by itself', async () => {
    await arm.control.fault({
      on: { route: 'ListSkus' },
      effect: { kind: 'answer', error: { id: 'throttle-arm' }, headers: { 'retry-after': '17' } },
    });
    expect(await compute.skus(signal)).toMatchObject({
      failure: { kind: 'Transient', code: 'SubscriptionRequestsThrottled', retryAfterMs: 17_000 },
    });
    expect(await arm.control.requests()).toHaveLength(1);
  });

  it('counts a cut connection and a late answer as passing', async () => {
    await arm.control.fault({ on: { route: 'ListUsages' }, effect: { kind: 'cut', when: 'before' } });
    expect(await compute.usages(signal)).toMatchObject({ failure: { kind: 'Transient' } });
    await arm.control.fault({ on: { route: 'ListUsages' }, effect: { kind: 'hold', when: 'before' } });
    const hasty = azureCompute({ ...arm.options, location: 'eastus', requestTimeoutMs: 300 });
    expect(await hasty.usages(signal)).toMatchObject({ failure: { kind: 'Transient' } });
  });

  it('throws when it is told to stop', async () => {
    const stop = new AbortController();
    stop.abort(new Error('stopping'));
    await expect(compute.skus(stop.signal)).rejects.toThrow('stopping');
  });
});
