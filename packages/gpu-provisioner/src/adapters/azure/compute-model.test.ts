import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { describe, expect, it } from '@jest/globals';

import { toUsage, toVmSku } from './compute-model.ts';
import { ListReader } from './list-reader.ts';

const PUBLISHED = path.join(import.meta.dirname, '../../../../../../shared/fixtures/aks');

/** In the shape that Microsoft.Compute answers in. */
const sku = {
  resourceType: 'virtualMachines',
  name: 'Standard_NC6s_v3',
  tier: 'Standard',
  size: 'NC6s_v3',
  family: 'standardNCSv3Family',
  locations: ['EastUS'],
  locationInfo: [{ location: 'eastus', zones: ['3', '1', '2'], zoneDetails: [] }],
  capabilities: [
    { name: 'vCPUs', value: '6' },
    { name: 'LowPriorityCapable', value: 'True' },
    { name: 'GPUs', value: '1' },
  ],
  restrictions: [],
};

function restriction(type: string, more: { readonly locations?: readonly string[]; readonly zones?: string[] }) {
  const { locations = ['eastus'], zones } = more;
  return {
    type,
    values: locations,
    restrictionInfo: { locations, ...(zones !== undefined && { zones }) },
    reasonCode: 'NotAvailableForSubscription',
  };
}

describe('a SKU', () => {
  it('is what counts of it', () => {
    expect(toVmSku(sku, 'eastus')).toEqual({
      name: 'Standard_NC6s_v3',
      family: 'standardNCSv3Family',
      vcpus: 6,
      gpus: 1,
      zones: ['1', '2', '3'],
      isOffered: true,
      isSpotCapable: true,
    });
  });

  it('has no zones where the size knows none, and no GPU where none is named', () => {
    const regional = { ...sku, locationInfo: [{ location: 'eastus' }], capabilities: [{ name: 'vCPUs', value: '4' }] };
    expect(toVmSku(regional, 'eastus')).toMatchObject({ zones: [], gpus: 0, isOffered: true, isSpotCapable: false });
    expect(toVmSku({ ...sku, locationInfo: null, restrictions: null }, 'eastus')).toMatchObject({ zones: [] });
  });

  it('loses zones to a restriction of zones, and everything to one of the location', () => {
    const zonal = { ...sku, restrictions: [restriction('Zone', { zones: ['1', '3'] })] };
    expect(toVmSku(zonal, 'eastus')).toMatchObject({ zones: ['2'], isOffered: true });
    const closed = { ...sku, restrictions: [restriction('Location', {})] };
    expect(toVmSku(closed, 'eastus')).toMatchObject({ isOffered: false });
  });

  it('is not touched by restrictions of other regions', () => {
    const elsewhere = ['westus'];
    const other = [
      restriction('Location', { locations: elsewhere }),
      restriction('Zone', { locations: elsewhere, zones: ['1'] }),
    ];
    expect(toVmSku({ ...sku, restrictions: other }, 'eastus')).toMatchObject({
      zones: ['1', '2', '3'],
      isOffered: true,
    });
  });

  it('is none of another kind, of another region, or in another shape', () => {
    expect(toVmSku({ ...sku, resourceType: 'disks' }, 'eastus')).toBeUndefined();
    expect(toVmSku(sku, 'westus')).toBeUndefined();
    expect(toVmSku({ resourceType: 'virtualMachines' }, 'eastus')).toBeUndefined();
  });
});

describe('a usage', () => {
  it('is a quota and what is used of it', () => {
    const name = { value: 'cores', localizedValue: 'Total Regional vCPUs' };
    expect(toUsage({ unit: 'Count', currentValue: 12, limit: 100, name })).toEqual({
      name: 'cores',
      localizedName: 'Total Regional vCPUs',
      limit: 100,
      used: 12,
    });
    expect(toUsage({ currentValue: 1, limit: 2, name: { value: 'x' } })).toMatchObject({ localizedName: 'x' });
    expect(toUsage({ name: 'cores' })).toBeUndefined();
  });
});

describe('the published samples', () => {
  it('are read whole, where they are at hand', () => {
    const skus = sample('compute-skus.sample.json');
    const usages = sample('compute-usages.sample.json');
    expect(skus.filter((entry) => toVmSku(entry, 'eastus') === undefined)).toEqual([]);
    expect(usages.filter((entry) => toUsage(entry) === undefined)).toEqual([]);
  });
});

/** None where it is not at hand. */
function sample(name: string): readonly unknown[] {
  const file = path.join(PUBLISHED, name);
  if (!existsSync(file)) {
    process.stdout.write(`the published ${name} is not here: only the entries of this test were read\n`);
    return [];
  }
  return [...new ListReader().take(readFileSync(file, 'utf8'))];
}
