import { describe, expect, it } from '@jest/globals';

import { exhaustedQuota, findSku, withAccepted } from './offering-knowledge.ts';
import type { VcpuUsage, VmSku } from './offering.ts';

const sku: VmSku = {
  name: 'Standard_NC24ads_A100_v4',
  family: 'StandardNCADSA100v4Family',
  vcpus: 24,
  gpus: 1,
  zones: [],
  isOffered: true,
  isSpotCapable: true,
};

const usage = (name: string, limit: number, used: number): VcpuUsage => ({
  name,
  localizedName: `${name}!`,
  limit,
  used,
});

const list = [usage('cores', 100, 10), usage('standardncadsa100v4family', 48, 24), usage('lowPriorityCores', 20, 0)];

describe('findSku', () => {
  it('finds a size whatever its case, and none where they are not known', () => {
    expect(findSku({ skus: [sku] }, 'STANDARD_nc24ads_a100_v4')).toBe(sku);
    expect(findSku({ skus: [sku] }, 'Standard_NC6s_v3')).toBeUndefined();
    expect(findSku({ skus: 'Loading' }, sku.name)).toBeUndefined();
  });
});

describe('exhaustedQuota', () => {
  const usages = { readAt: new Date(0), list };

  it('says nothing as long as there is room, exactly enough included', () => {
    expect(exhaustedQuota({ usages }, sku, 'on-demand')).toBeUndefined();
  });

  it('names the quota of the family, then that of the region, with their figures', () => {
    const used = [usage('StandardNCADSA100v4Family', 48, 25), usage('cores', 100, 90)];
    expect(exhaustedQuota({ usages: { ...usages, list: used } }, sku, 'on-demand')).toEqual({
      family: 'StandardNCADSA100v4Family!',
      limit: 48,
      used: 25,
      needed: 24,
      remaining: 23,
    });
    const [, regional = used[0]] = used;
    expect(exhaustedQuota({ usages: { ...usages, list: regional ? [regional] : [] } }, sku, 'on-demand')).toMatchObject(
      {
        family: 'cores!',
        remaining: 10,
      },
    );
  });

  it('counts spot against its own quota alone', () => {
    expect(exhaustedQuota({ usages }, sku, 'spot')).toMatchObject({
      family: 'lowPriorityCores!',
      limit: 20,
      needed: 24,
    });
  });

  it('never says less than nothing is left', () => {
    const over = { ...usages, list: [usage('cores', 0, 8)] };
    expect(exhaustedQuota({ usages: over }, sku, 'on-demand')).toMatchObject({ remaining: 0 });
  });

  it('limits nothing where the quotas are not known', () => {
    expect(exhaustedQuota({ usages: 'NotPermitted' }, sku, 'on-demand')).toBeUndefined();
  });
});

describe('withAccepted', () => {
  it('adds what was accepted to the quotas that it counts against', () => {
    const { family, vcpus } = sku;
    const counted = withAccepted(list, [
      { family, vcpus, capacityType: 'on-demand' },
      { family, vcpus: 4, capacityType: 'spot' },
    ]);
    expect(counted.map(({ used }) => used)).toEqual([34, 48, 4]);
    expect(withAccepted(list, [])[0]).toBe(list[0]);
  });
});
