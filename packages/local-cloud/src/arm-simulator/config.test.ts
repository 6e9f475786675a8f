import { describe, expect, test } from '@jest/globals';
import { readConfig } from './config.ts';

describe('readConfig', () => {
  test('has defaults for everything', () => {
    expect(readConfig([], {})).toEqual({ host: '127.0.0.1', port: 0, help: false });
  });

  test('takes flags before the variables that the provisioner reads', () => {
    const environment = { LOCATION: 'westus3', ARM_RESOURCE_GROUP: 'rg', AZURE_CLUSTER_NAME: '' };

    expect(
      readConfig(['--port=8443', '--location', 'eastus', '--settings={"vmBootSeconds":5}'], environment),
    ).toMatchObject({
      port: 8443,
      location: 'eastus',
      'resource-group': 'rg',
      settings: { vmBootSeconds: 5, nodeReadySeconds: 20 },
    });
  });

  test('names everything that is wrong', () => {
    const args = ['--port=x', '--scale=0', '--settings={', '--subscription-id=me', '--cert-file=a'];

    expect(() => readConfig(args, {})).toThrow(/port[\s\S]*scale[\s\S]*not JSON[\s\S]*subscription-id/u);
    expect(() => readConfig(['--cert-file=a'], {})).toThrow('go together');
    expect(() => readConfig(['--bogus'], {})).toThrow('--bogus');
  });
});
