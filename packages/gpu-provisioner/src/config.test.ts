import { describe, expect, it } from '@jest/globals';

import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import { helpText } from './help.ts';
import { IGNORED_VARIABLES } from './options.ts';

const environment = {
  AZURE_SUBSCRIPTION_ID: 's',
  ARM_RESOURCE_GROUP: 'g',
  AZURE_CLUSTER_NAME: 'c',
  LOCATION: 'eastus',
};

describe('readConfig', () => {
  it('needs to know the cluster, and has a default for everything else', () => {
    expect(config([], environment)).toMatchObject({
      logLevel: 'info',
      metricsAddress: { host: '', port: 8080 },
      healthAddress: { host: '', port: 8081 },
      isElected: true,
      systemNamespace: 'kaito-system',
      azure: {
        endpoint: 'https://management.azure.com',
        scope: 'https://management.azure.com/.default',
        subscriptionId: 's',
        requestTimeoutMs: 30_000,
      },
      azureIdentity: { deploymentMode: 'self-hosted' },
      settings: { location: 'eastus', dueLookMs: 2_000, idleLookMs: 300_000, maxCreatesPerHour: 12 },
    });
  });

  it('takes no address with a password in it, and does not repeat it', () => {
    const addresses = { ARM_ENDPOINT: 'https://me:hunter2@arm', AZURE_AUTHORITY_HOST: 'https://me:hunter2@login' };
    const read = readConfig(['--arm-audience=https://me:hunter2@arm'], { ...environment, ...addresses });
    const problem = 'expected an address that begins with https:// and has no user and password';
    expect(read.kind === 'invalid' ? read.problems : []).toEqual([
      `AZURE_AUTHORITY_HOST (--authority-host): ${problem}`,
      `ARM_ENDPOINT (--arm-endpoint): ${problem}`,
      `ARM_AUDIENCE (--arm-audience): ${problem}`,
    ]);
  });

  it('names every wrong value at once', () => {
    const read = readConfig(['--log-level=loud', '--workers=0', '--azure-cloud=Azur', '--metrics-port=x'], {
      LOCATION: 'eastus',
      ARM_ENDPOINT: 'http://x',
      TIME_SCALE: '-1',
    });
    expect(read.kind === 'invalid' ? read.problems : []).toEqual([
      'AZURE_CLOUD (--azure-cloud): expected one of AzurePublic, AzureUSGovernment, AzureChina',
      'AZURE_SUBSCRIPTION_ID or ARM_SUBSCRIPTION_ID (--subscription-id): is needed',
      'ARM_RESOURCE_GROUP (--resource-group): is needed',
      'AZURE_CLUSTER_NAME (--cluster-name): is needed',
      'ARM_ENDPOINT (--arm-endpoint): expected an address that begins with https:// and has no user and password',
      'TIME_SCALE (--time-scale): expected a number above 0',
      'WORKERS (--workers): expected a whole number from 1 to 1000',
      'METRICS_PORT (--metrics-port): expected a port from 0 to 65535',
      'LOG_LEVEL (--log-level): Invalid option: expected one of "debug"|"info"|"warn"|"error"',
    ]);
  });

  it('prefers flags, and the first of two variables', () => {
    const both = { ...environment, ARM_SUBSCRIPTION_ID: 'other', LOCATION: 'westus' };
    expect(config(['--location=north'], both)).toMatchObject({
      azure: { subscriptionId: 's' },
      settings: { location: 'north' },
    });
    const { AZURE_SUBSCRIPTION_ID: _, ...rest } = both;
    expect(config([], { ...rest, AZURE_SUBSCRIPTION_ID: '' }).azure.subscriptionId).toBe('other');
  });

  it('repairs Nodes unless either switch says no; its own one wins over the gate', () => {
    const gate = '--feature-gates=SpotToSpotConsolidation=true, NodeRepair=false';
    expect([repairs(), repairs(gate), repairs('--node-repair=false'), repairs(gate, '--node-repair')]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('takes an audience as one and as a scope', () => {
    expect(scopeFor('https://management.chinacloudapi.cn/')).toBe('https://management.chinacloudapi.cn/.default');
    expect(scopeFor('https://x/.default')).toBe('https://x/.default');
  });

  it.each([
    ['AzurePublic', 'management.azure.com', undefined],
    ['azurepubliccloud', 'management.azure.com', undefined],
    ['AzureCloud', 'management.azure.com', undefined],
    ['AZUREUSGOVERNMENT', 'management.usgovcloudapi.net', 'https://login.microsoftonline.us'],
    ['AzureUSGovernmentCloud', 'management.usgovcloudapi.net', 'https://login.microsoftonline.us'],
    ['AzureGovernment', 'management.usgovcloudapi.net', 'https://login.microsoftonline.us'],
    ['AzureChina', 'management.chinacloudapi.cn', 'https://login.chinacloudapi.cn'],
    ['AZURE_CHINA_CLOUD', 'management.chinacloudapi.cn', 'https://login.chinacloudapi.cn'],
  ])('knows where %s is', (name, host, authorityHost) => {
    const { azure, azureIdentity } = config([], { ...environment, AZURE_CLOUD: name });
    expect(azure).toMatchObject({ endpoint: `https://${host}`, scope: `https://${host}/.default` });
    expect(azureIdentity.authorityHost).toBe(authorityHost);
  });

  it('lets addresses of their own win over those of the cloud', () => {
    const own = ['--arm-endpoint=https://arm', '--arm-audience=https://audience', '--authority-host=https://login'];
    const { azure, azureIdentity } = config(['--azure-cloud=AzureChina', ...own], environment);
    expect(azure).toMatchObject({ endpoint: 'https://arm', scope: 'https://audience/.default' });
    expect(azureIdentity.authorityHost).toBe('https://login');
  });

  it('reads the variables of the Go original, and is not disturbed by those that mean nothing here', () => {
    const go = {
      DEPLOYMENT_MODE: 'managed',
      DISABLE_LEADER_ELECTION: 'true',
      METRICS_PORT: '8000',
      HEALTH_PROBE_PORT: '8082',
      SYSTEM_NAMESPACE: 'gpu',
      LOG_LEVEL: 'debug',
      ...Object.fromEntries(IGNORED_VARIABLES.map((name) => [name, 'anything'])),
    };
    expect(config([], { ...environment, ...go })).toMatchObject({
      azureIdentity: { deploymentMode: 'managed' },
      isElected: false,
      metricsAddress: { host: '', port: 8000 },
      healthAddress: { host: '', port: 8082 },
      systemNamespace: 'gpu',
      logLevel: 'debug',
    });
    const both = { ...environment, METRICS_PORT: '8000', METRICS_BIND_ADDRESS: ':9000', LEADER_ELECT: 'true' };
    expect(config(['--disable-leader-election'], both)).toMatchObject({
      metricsAddress: { port: 9000 },
      isElected: true,
    });
  });

  it('hands on what it knows of the identity', () => {
    const identity = {
      AZURE_TENANT_ID: 't',
      AZURE_CLIENT_ID: 'i',
      AZURE_FEDERATED_TOKEN_FILE: '/token',
      AZURE_AUTHORITY_HOST: 'https://login',
    };
    expect(config([], { ...environment, ...identity }).azureIdentity).toEqual({
      deploymentMode: 'self-hosted',
      tenantId: 't',
      clientId: 'i',
      tokenFile: '/token',
      authorityHost: 'https://login',
    });
  });

  it('scales every span, and no request to the cloud', () => {
    expect(config(['--time-scale=0.1'], environment)).toMatchObject({
      azure: { requestTimeoutMs: 30_000 },
      settings: { dueLookMs: 200, registrationTimeoutMs: 90_000 },
    });
  });

  it('reads addresses and switches as Go does', () => {
    const read = config(
      ['--leader-elect=false', '--metrics-bind-address=[::1]:9', '--health-probe-bind-address', ':0'],
      environment,
    );
    expect(read).toMatchObject({
      isElected: false,
      metricsAddress: { host: '::1', port: 9 },
      healthAddress: { host: '', port: 0 },
    });
    expect(config(['--leader-elect'], environment).isElected).toBe(true);
  });

  it('listens on one address where several programs share a machine', () => {
    const read = config(['--metrics-bind-address=[::1]:9'], { ...environment, HOST: '127.64.0.9' });
    expect(read.metricsAddress).toEqual({ host: '::1', port: 9 });
    expect(read.healthAddress).toEqual({ host: '127.64.0.9', port: 8081 });
  });

  it('refuses a port that there cannot be', () => {
    expect(readConfig(['--metrics-bind-address=:70000'], environment)).toEqual({
      kind: 'invalid',
      problems: ['METRICS_BIND_ADDRESS (--metrics-bind-address): expected [HOST]:PORT, for example :8080'],
    });
  });

  it('knows when it is asked about itself, and what it does not know', () => {
    expect(readConfig(['--help'], {}).kind).toBe('help');
    expect(readConfig(['-h'], {}).kind).toBe('help');
    expect(readConfig(['--version'], {}).kind).toBe('version');
    const unknown = readConfig(['--verbose'], environment);
    expect(unknown.kind === 'invalid' ? unknown.problems[0] : '').toContain('--verbose');
  });
});

describe('helpText', () => {
  it('names every variable that is read, and those that are ignored', () => {
    const words = helpText().split(/[\s,[\]]+/u);
    expect(IGNORED_VARIABLES.filter((name) => !words.includes(name))).toEqual([]);
    expect(words).toEqual(
      expect.arrayContaining(['AZURE_CLOUD', 'DEPLOYMENT_MODE', 'IDENTITY_ENDPOINT', 'HTTPS_PROXY']),
    );
    expect(
      Math.max(
        ...helpText()
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThan(180);
  });
});

function repairs(...args: readonly string[]): boolean {
  return config(args, environment).settings.isNodeRepairOn;
}

function scopeFor(audience: string): string {
  return config([`--arm-audience=${audience}`], environment).azure.scope;
}

function config(args: readonly string[], from: Record<string, string>): Config {
  const read = readConfig(args, from);
  if (read.kind !== 'config') {
    throw new Error(`expected a configuration, not ${JSON.stringify(read)}`);
  }
  return read.config;
}
