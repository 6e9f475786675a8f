import { describe, expect, it } from '@jest/globals';

import { leaksHelpText, readLeaksConfig } from './config.ts';
import { readPriceList } from './price-list.ts';

const environment = { AZURE_SUBSCRIPTION_ID: 's', ARM_RESOURCE_GROUP: 'g', AZURE_CLUSTER_NAME: 'c' };

describe('the command line of leaks', () => {
  it('takes what a pod has, and its own flags', () => {
    const read = readLeaksConfig(['--price-list=p.yaml', '--output=json'], { ...environment, LEADER_ELECT: 'true' });
    expect(read).toMatchObject({
      kind: 'config',
      config: { priceList: 'p.yaml', output: 'json', config: { azure: { clusterName: 'c' } } },
    });
  });

  it('names what is missing and what is wrong', () => {
    const read = readLeaksConfig(['--output=xml'], { AZURE_CLUSTER_NAME: 'c' });
    expect(read.kind === 'invalid' ? read.problems.join('\n') : '').toMatch(
      /subscription-id[^]*resource-group[^]*output/u,
    );
  });

  it('explains itself', () => {
    expect(readLeaksConfig(['--help'], {}).kind).toBe('help');
    expect(leaksHelpText()).toMatch(/--price-list[^]*--subscription-id/u);
    expect(leaksHelpText()).not.toContain('--leader-elect');
  });
});

describe('a price list', () => {
  it('is sizes with prices, however they are written', () => {
    expect(readPriceList({ Standard_NC6s_v3: 3 })).toEqual(new Map([['standard_nc6s_v3', 3]]));
    expect(() => readPriceList({ Standard_NC6s_v3: 'dear' })).toThrow('Standard_NC6s_v3');
  });
});
