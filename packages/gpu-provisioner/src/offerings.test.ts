import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '@kaito/testkit';

import { offeringSettings } from './core/offerings/offering-settings.ts';
import type { Compute, VcpuUsage, VmSku } from './core/offerings/offering.ts';
import type { Answer, CloudFailure } from './core/pools/cloud.ts';
import { Offerings } from './offerings.ts';

const HOUR = 3_600_000;
const denied: CloudFailure = { kind: 'Denied', code: 'AuthorizationFailed', message: 'no' };
const passing: CloudFailure = { kind: 'Transient', code: 'ServiceUnavailable', message: 'later' };
const sku: VmSku = {
  name: 'Standard_NC6s_v3',
  family: 'standardNCSv3Family',
  vcpus: 6,
  gpus: 1,
  zones: ['1'],
  isOffered: true,
  isSpotCapable: true,
};
const cores: VcpuUsage = { name: 'cores', localizedName: 'Total Regional vCPUs', limit: 100, used: 4 };

/** Answers what it is told to; a held question is answered when the test says so. */
class StubCompute implements Compute {
  readonly calls: string[] = [];
  sizes: Answer<readonly VmSku[]> = { isOk: true, value: [sku] };
  quotas: Answer<readonly VcpuUsage[]> = { isOk: true, value: [cores] };
  held: Promise<void> = Promise.resolve();

  async skus(): Promise<Answer<readonly VmSku[]>> {
    this.calls.push('skus');
    const answer = this.sizes;
    await this.held;
    return answer;
  }

  async usages(): Promise<Answer<readonly VcpuUsage[]>> {
    this.calls.push('usages');
    await this.held;
    return this.quotas;
  }
}

let clock: FakeClock;
let compute: StubCompute;
let news: string[];
let offerings: Offerings;
let stop: AbortController;
let running: Promise<void>;

beforeEach(() => {
  clock = new FakeClock();
  compute = new StubCompute();
  news = [];
  offerings = new Offerings({
    compute,
    clock,
    settings: offeringSettings(1),
    onNews: (names) => news.push(...names),
  });
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort(new Error('stopping'));
  await running;
});

async function begin(): Promise<void> {
  running = offerings.run(stop.signal);
  await clock.settle();
}

function count(call: string): number {
  return compute.calls.filter((made) => made === call).length;
}

describe('the sizes', () => {
  it('are loading until they are read, and whoever waits is told', async () => {
    const answered = Promise.withResolvers<void>();
    compute.held = answered.promise;
    await begin();
    offerings.awaitSkus('wsa');
    expect([offerings.knowledge().skus, news]).toEqual(['Loading', []]);
    answered.resolve();
    await clock.settle();
    expect([offerings.knowledge().skus, news]).toEqual([[sku], ['wsa']]);
    offerings.awaitSkus('wsb');
    expect(news).toEqual(['wsa', 'wsb']);
  });

  it('are read once, and again after six hours', async () => {
    await begin();
    await clock.advance(6 * HOUR - 1);
    expect(count('skus')).toBe(1);
    await clock.advance(1);
    expect(count('skus')).toBe(2);
  });

  it('are not asked for again for an hour when the identity may not read them', async () => {
    compute.sizes = { isOk: false, failure: denied };
    offerings.awaitSkus('wsa');
    await begin();
    expect([offerings.knowledge().skus, news]).toEqual(['NotPermitted', ['wsa']]);
    compute.sizes = { isOk: true, value: [sku] };
    await clock.advance(HOUR - 1);
    expect([count('skus'), offerings.knowledge().skus]).toEqual([1, 'NotPermitted']);
    await clock.advance(1);
    expect(offerings.knowledge().skus).toEqual([sku]);
  });

  it('are asked for again with growing pauses while the cloud does not answer, and nobody waits for that', async () => {
    compute.sizes = { isOk: false, failure: passing };
    await begin();
    offerings.awaitSkus('wsa');
    expect([offerings.knowledge().skus, news]).toEqual(['NotReadable', ['wsa']]);
    await clock.advance(1_000 + 2_000 + 4_000);
    expect(count('skus')).toBe(4);
  });

  it('are left alone for as long as the cloud asks', async () => {
    compute.sizes = { isOk: false, failure: { ...passing, kind: 'Transient', retryAfterMs: 300_000 } };
    await begin();
    await clock.advance(299_999);
    expect(count('skus')).toBe(1);
    await clock.advance(1);
    expect(count('skus')).toBe(2);
  });

  it('stay known when they cannot be read again', async () => {
    await begin();
    compute.sizes = { isOk: false, failure: passing };
    await clock.advance(6 * HOUR);
    expect([count('skus'), offerings.knowledge().skus]).toEqual([2, [sku]]);
  });

  it('are not believed when there are none', async () => {
    compute.sizes = { isOk: true, value: [] };
    await begin();
    expect(offerings.knowledge().skus).toBe('NotReadable');
  });
});

describe('the quotas', () => {
  it('are read when somebody asks, not before', async () => {
    await begin();
    await clock.advance(5 * HOUR);
    expect([count('usages'), offerings.knowledge().usages]).toEqual([0, 'None']);
    offerings.awaitUsages('wsa');
    await clock.settle();
    expect(news).toEqual(['wsa']);
    expect(offerings.knowledge().usages).toEqual({ readAt: clock.now(), list: [cores] });
  });

  it('are read once for everybody who asks at that time', async () => {
    await begin();
    const answered = Promise.withResolvers<void>();
    compute.held = answered.promise;
    offerings.awaitUsages('wsa');
    await clock.settle();
    offerings.awaitUsages('wsb');
    offerings.awaitUsages('wsc');
    offerings.forget('wsc');
    answered.resolve();
    await clock.settle();
    expect([count('usages'), news]).toEqual([1, ['wsa', 'wsb']]);
  });

  it('hold for ten seconds', async () => {
    await begin();
    offerings.awaitUsages('wsa');
    await clock.settle();
    await clock.advance(9_999);
    offerings.awaitUsages('wsb');
    expect([count('usages'), news]).toEqual([1, ['wsa', 'wsb']]);
    await clock.advance(1);
    expect(offerings.knowledge().usages).toBe('None');
    offerings.awaitUsages('wsc');
    await clock.settle();
    expect(count('usages')).toBe(2);
  });

  it('count what was accepted since, until they are read again', async () => {
    const vm = { ...sku, capacityType: 'on-demand' } as const;
    await begin();
    offerings.awaitUsages('wsa');
    await clock.settle();
    await clock.advance(1);
    offerings.takeAccepted(vm);
    expect(offerings.knowledge().usages).toMatchObject({ list: [{ used: 10 }] });
    await clock.advance(20_000);
    offerings.awaitUsages('wsb');
    await clock.settle();
    expect(offerings.knowledge().usages).toMatchObject({ list: [{ used: 4 }] });
  });

  it('count what is accepted while they are being read', async () => {
    await begin();
    const answered = Promise.withResolvers<void>();
    compute.held = answered.promise;
    offerings.awaitUsages('wsa');
    await clock.advance(1);
    offerings.takeAccepted({ ...sku, capacityType: 'on-demand' });
    answered.resolve();
    await clock.settle();
    expect(offerings.knowledge().usages).toMatchObject({ list: [{ used: 10 }] });
  });

  it('are done without for an hour when the identity may not read them', async () => {
    compute.quotas = { isOk: false, failure: denied };
    await begin();
    offerings.awaitUsages('wsa');
    await clock.settle();
    expect([offerings.knowledge().usages, news]).toEqual(['NotPermitted', ['wsa']]);
    await clock.advance(HOUR - 1);
    offerings.awaitUsages('wsa');
    expect(count('usages')).toBe(1);
    await clock.advance(1);
    expect(offerings.knowledge().usages).toBe('None');
  });

  it('are done without for a moment when the cloud does not answer', async () => {
    compute.quotas = { isOk: false, failure: passing };
    await begin();
    offerings.awaitUsages('wsa');
    await clock.settle();
    expect([offerings.knowledge().usages, news]).toEqual(['NotReadable', ['wsa']]);
    compute.quotas = { isOk: true, value: [cores] };
    await clock.advance(1_000);
    offerings.awaitUsages('wsa');
    await clock.settle();
    expect(offerings.knowledge().usages).toMatchObject({ list: [cores] });
  });
});

describe('all of it', () => {
  it('can be made faster with the cloud, but no faster than it can be used', () => {
    expect(offeringSettings(0.1)).toMatchObject({ skusMaxAgeMs: 0.6 * HOUR, usagesMaxAgeMs: 2_000 });
    expect(offeringSettings(1)).toMatchObject({ usagesMaxAgeMs: 10_000, unavailable: { quotaMs: 600_000 } });
  });

  it('remembers what could not be had', async () => {
    await begin();
    const offering = { vmSize: sku.name, capacityType: 'on-demand' } as const;
    const failure = { kind: 'SkuUnavailable', code: 'X', message: '' } as const;
    offerings.unavailable.takeFailure(offering, failure, clock.now());
    expect(offerings.unavailable.failure(offering, clock.now())).toEqual(failure);
  });
});
