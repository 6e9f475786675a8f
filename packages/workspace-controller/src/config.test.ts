import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';

import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import { helpText } from './help.ts';
import { OPTIONS } from './options.ts';
import { VERSION } from './version.ts';

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig([], {})).toEqual({
      kind: 'config',
      config: {
        logLevel: 'info',
        metricsAddress: { host: '', port: 8080 },
        healthAddress: { host: '', port: 8081 },
        isElected: true,
        systemNamespace: 'kaito-system',
        identity: 'workspace-controller',
        workers: 64,
        cloudProvider: 'azure',
        images: {
          source: 'own',
          registry: 'kaito.local',
          version: '0.1.0',
          presetRegistry: 'mcr.microsoft.com/aks/kaito',
        },
        hubEndpoint: undefined,
        catalogFile: undefined,
        nodes: { kind: 'auto' },
        nodeWishes: { imageFamily: undefined, requirements: {} },
        claimReadyMs: 900_000,
        schedulingMs: 30_000,
        claimBackoff: { baseMs: 120_000, maxMs: 600_000 },
        ignored: [],
      },
    });
  });

  it('takes no mirror with a password in its address, and does not repeat it', () => {
    const read = readConfig([], { HF_ENDPOINT: 'https://me:hunter2@hub.example' });
    expect(read.kind === 'invalid' ? read.problems : []).toEqual([
      'HF_ENDPOINT (--hf-endpoint): expected an http(s) address without user and password',
    ]);
  });

  it('reads the environment, and lets flags win over it', () => {
    const environment = {
      METRICS_BIND_ADDRESS: '127.0.0.1:0',
      INFERENCE_IMAGES: 'kaito',
      POD_NAME: 'replica-0',
      LOG_LEVEL: '',
      HF_ENDPOINT: 'http://127.0.0.1:1234',
      MACHINE_RETRY_DELAY: '0.5',
    };
    expect(configOf(['--pod-name=replica-1', '--leader-elect=false'], environment)).toMatchObject({
      metricsAddress: { host: '127.0.0.1', port: 0 },
      images: { source: 'kaito' },
      identity: 'replica-1',
      isElected: false,
      logLevel: 'info',
      hubEndpoint: 'http://127.0.0.1:1234',
      claimBackoff: { baseMs: 500 },
    });
  });

  it("starts with the Go original's arguments, and says which change nothing", () => {
    const args = [
      '--leader-elect',
      '--webhook',
      '--zap-log-level=debug',
      '--zap-devel',
      '--kube-client-qps=30',
      '--feature-gates=vLLM=true,ModelMirror=true,Karpenter=false',
    ];
    expect(configOf(args, {})).toMatchObject({
      isElected: true,
      logLevel: 'debug',
      ignored: ['kube-client-qps', 'webhook', 'zap-devel', 'ModelMirror=true'],
    });
  });

  it('names every wrong value at once', () => {
    const environment = { LOG_LEVEL: 'loud', HEALTH_PROBE_BIND_ADDRESS: '8081', HF_ENDPOINT: 'hub' };
    const args = [
      '--workers=0',
      '--metrics-bind-address=:70000',
      '--machine-ready-timeout=soon',
      '--node-provisioner=magic',
      '--node-class=kaito.sh/Foo',
      '--node-requirements=spot',
      '--karpenter-node-classes=[]',
    ];
    const read = readConfig([...args, '--feature-gates=Foo=true,vLLM=1'], environment);
    expect(read.kind === 'invalid' ? read.problems.map((problem) => problem.split(': ')[0]) : []).toEqual([
      'LOG_LEVEL (--log-level)',
      'METRICS_BIND_ADDRESS (--metrics-bind-address)',
      'HEALTH_PROBE_BIND_ADDRESS (--health-probe-bind-address)',
      'WORKERS (--workers)',
      'NODE_PROVISIONER (--node-provisioner)',
      'NODE_CLASS (--node-class)',
      'NODE_REQUIREMENTS (--node-requirements)',
      'KARPENTER_NODE_CLASSES (--karpenter-node-classes)',
      'HF_ENDPOINT (--hf-endpoint)',
      'MACHINE_READY_TIMEOUT (--machine-ready-timeout)',
      '--feature-gates',
      '--feature-gates',
    ]);
  });

  it('listens on one address where several programs share a machine', () => {
    const read = configOf(['--health-probe-bind-address=127.0.0.1:9'], { HOST: '127.64.0.9' });
    expect(read?.metricsAddress).toEqual({ host: '127.64.0.9', port: 8080 });
    expect(read?.healthAddress).toEqual({ host: '127.0.0.1', port: 9 });
  });

  it('refuses a flag that there is not', () => {
    expect(readConfig(['--nonsense'], {})).toMatchObject({
      kind: 'invalid',
      problems: [expect.stringContaining('--nonsense')],
    });
  });

  it.each([
    ['--help', 'help'],
    ['-h', 'help'],
    ['--version', 'version'],
  ])('answers %s', (flag, kind) => {
    expect(readConfig([flag], {})).toEqual({ kind });
  });
});

describe('the help', () => {
  it('names every flag with its variable', () => {
    for (const { name, variables } of OPTIONS) {
      expect(helpText()).toMatch(new RegExp(`--${name} .*\\[${variables.join(', ')}\\]`, 'u'));
    }
  });

  it('is of the version of this package', () => {
    const file = readFileSync(path.join(import.meta.dirname, '../package.json'), 'utf8');
    expect(z.object({ version: z.string() }).parse(JSON.parse(file)).version).toBe(VERSION);
  });
});

function configOf(args: readonly string[], environment: Record<string, string>): Config | undefined {
  const read = readConfig(args, environment);
  return read.kind === 'config' ? read.config : undefined;
}
