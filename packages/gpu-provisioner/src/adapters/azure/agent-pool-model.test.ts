import { describe, expect, it } from '@jest/globals';

import { fromAzure, toAzure } from './agent-pool-model.ts';

const named = { name: 'ws1', provisioningState: 'Succeeded', vmSize: 'v' };

describe('a pool as Azure shows it', () => {
  it('is stopped when somebody has stopped it', () => {
    expect(fromAzure({ ...named, powerState: { code: 'Stopped' } })).toMatchObject({ phase: 'Ready', isStopped: true });
    expect(fromAzure({ ...named, powerState: { code: 'Running' } })).not.toHaveProperty('isStopped');
  });

  it('has a capacity type and zones where they are not the usual ones', () => {
    expect(fromAzure({ ...named, scaleSetPriority: 'Spot', availabilityZones: ['1'] })).toMatchObject({
      capacityType: 'spot',
      zones: ['1'],
    });
    const usual = fromAzure({ ...named, scaleSetPriority: 'Regular', availabilityZones: [] });
    expect(Object.keys(usual)).not.toEqual(expect.arrayContaining(['capacityType']));
    expect(usual).not.toHaveProperty('zones');
  });
});

describe('a pool as Azure is asked for it', () => {
  it('names neither zones nor a priority where it has none', () => {
    const spec = { name: 'ws1', vmSize: 'v', osDiskSizeGiB: 0, tags: {}, nodeLabels: {}, nodeTaints: [], zones: [] };
    const asked = Object.keys(toAzure({ ...spec, capacityType: 'on-demand' }));
    expect(asked.filter((key) => /zones|scaleSet|spot|osSKU/iu.test(key))).toEqual([]);
  });
});
