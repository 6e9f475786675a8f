import { describe, expect, it } from '@jest/globals';
import type { Metrics } from '@kaito/controller-runtime';
import { FakeClock } from '@kaito/testkit';

import { StubCloud } from '../../test/stub-cloud.ts';
import { meteredCompute } from './metered-compute.ts';
import { meteredPools } from './metered-pools.ts';

const signal = new AbortController().signal;

describe('meteredPools', () => {
  it('counts and times every call, and hands its answer on', async () => {
    const seen: string[] = [];
    const clock = new FakeClock();
    const cloud = new StubCloud();
    const pools = meteredPools(cloud, { clock, metrics: recorder(seen) });
    const spec = { name: 'wsa', vmSize: 'v', osDiskSizeGiB: 0, tags: {}, nodeLabels: {}, nodeTaints: [] };
    expect((await pools.create(spec, signal)).isOk).toBe(true);
    expect((await pools.get('wsa', signal)).isOk).toBe(true);
    expect((await pools.list(signal)).isOk).toBe(true);
    expect((await pools.abort('wsa', signal)).isOk).toBe(true);
    expect((await pools.delete({ name: 'wsa' }, signal)).isOk).toBe(true);
    cloud.aborted = { isOk: false, failure: { kind: 'Rejected', code: 'X', message: 'nothing to abort' } };
    expect((await pools.abort('wsa', signal)).isOk).toBe(false);
    expect(seen).toEqual([
      'karpenter_cloudprovider_duration_seconds Create 0',
      'karpenter_cloudprovider_duration_seconds Get 0',
      'karpenter_cloudprovider_duration_seconds List 0',
      'karpenter_cloudprovider_duration_seconds Abort 0',
      'karpenter_cloudprovider_duration_seconds Delete 0',
      'karpenter_cloudprovider_duration_seconds Abort 0',
      'karpenter_cloudprovider_errors_total Abort Rejected',
    ]);
  });
});

describe('meteredCompute', () => {
  it('counts and times every question, and hands its answer on', async () => {
    const seen: string[] = [];
    const compute = meteredCompute(
      {
        skus: async () => ({ isOk: true, value: [] }),
        usages: async () => ({ isOk: false, failure: { kind: 'Denied', code: 'AuthorizationFailed', message: 'no' } }),
      },
      { clock: new FakeClock(), metrics: recorder(seen) },
    );
    expect(await compute.skus(signal)).toEqual({ isOk: true, value: [] });
    expect((await compute.usages(signal)).isOk).toBe(false);
    expect(seen).toEqual([
      'karpenter_cloudprovider_duration_seconds GetInstanceTypes 0',
      'karpenter_cloudprovider_duration_seconds GetUsages 0',
      'karpenter_cloudprovider_errors_total GetUsages Denied',
    ]);
  });
});

function recorder(seen: string[]): Metrics {
  return {
    counter: (name) => ({
      inc: (labels) => {
        seen.push(`${name} ${labels?.['method']} ${labels?.['error']}`);
      },
    }),
    gauge: () => {
      throw new Error('there is no gauge');
    },
    histogram: (name) => ({
      observe: (value, labels) => {
        seen.push(`${name} ${labels?.['method']} ${value}`);
      },
    }),
  };
}
