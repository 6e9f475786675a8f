import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startArmSimulator } from '@kaito/local-cloud';
import type { ArmSimulator } from '@kaito/local-cloud';
import { controlSimulator, startTestCluster } from '@kaito/testkit';
import type { SimulatorControl, TestCluster } from '@kaito/testkit';
import { machines } from '@kaito/types';

import { claimManifest } from './conformance/claims.ts';
import { programEnvironment } from './program-environment.ts';

const MAIN = path.join(import.meta.dirname, '../src/main.ts');
const VM_SIZE = 'Standard_NC6s_v3';
const namespaces = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', isNamespaced: false };
const { signal } = new AbortController();

let directory: string;
let cluster: TestCluster;
let simulator: ArmSimulator;
let control: SimulatorControl;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'kaito-leaks-'));
  cluster = await startTestCluster({
    components: ['etcd', 'kube-apiserver'],
    accounts: [{ user: 'gpu-provisioner', groups: ['system:masters'] }],
  });
  simulator = await startArmSimulator({ scale: 0.01 });
  control = controlSimulator(simulator);
  environment = await programEnvironment(directory, { cluster, simulator });
});

afterAll(async () => {
  await simulator.close();
  await cluster.stop();
  await rm(directory, { recursive: true });
});

describe('gpu-provisioner leaks', () => {
  it('lists what bills without an owner, with what it costs, and changes nothing', async () => {
    await cluster.kubernetes.create(
      { type: machines, manifest: claimManifest('Machine', 'wsliving'), fieldManager: 'test' },
      signal,
    );
    const living = await cluster.kubernetes.get({ type: machines, key: { name: 'wsliving' } }, signal);
    await pool('wsliving', living?.metadata.uid ?? '');
    await pool('wsgone', 'of-a-claim-that-is-gone');
    await control.addPool('wslegacy', { ...VM, nodeLabels: GO_LABELS });
    const prices = path.join(directory, 'prices.yaml');
    await writeFile(prices, `${VM_SIZE}: 3.06\n`);

    const told = await leaks('--price-list', prices);
    expect([told.code, told.stderr]).toEqual([3, '']);
    expect(told.stdout).toMatch(/^wsgone +Standard_NC6s_v3 +Ready .* 3\.06 .*claim wsgone +its claim is gone$/mu);
    expect(told.stdout).toMatch(/^wslegacy .*workspace phi +made by the Go gpu-provisioner/mu);
    expect(told.stdout).toContain('2 leaks: 6.12 an hour, at least ');
    expect(told.stdout).not.toContain('wsliving');

    const json: unknown = JSON.parse((await leaks('--output', 'json')).stdout);
    expect(json).toMatchObject({ leaks: [{ pool: 'wsgone' }, { pool: 'wslegacy' }] });
    expect((await control.requests()).filter(({ method }) => method !== 'GET' && method !== 'POST')).toEqual([]);
  });

  it('ends with 0 where there is nothing to tell', async () => {
    await control.removePool('wsgone');
    await control.removePool('wslegacy');
    const told = await leaks();
    expect([told.code, told.stdout]).toEqual([0, 'no leaks: 2 agent pools and 1 claims were looked through\n']);
  });

  it('says what it cannot read', async () => {
    await control.fault({ on: { method: 'GET' }, effect: { kind: 'answer', error: { id: 'authz' } } });
    const told = await leaks();
    expect(told.code).toBe(1);
    expect(told.stderr).toMatch(/^gpu-provisioner: the agent pools cannot be listed: AuthorizationFailed/u);
  });
});

const VM = { mode: 'User', count: 1, vmSize: VM_SIZE };

const GO_LABELS = {
  'karpenter.sh/provisioner-name': 'default',
  'kaito.sh/machine-type': 'gpu',
  'kaito.sh/workspace': 'phi',
};

async function pool(name: string, claimUid: string): Promise<void> {
  const system = await cluster.kubernetes.get({ type: namespaces, key: { name: 'kube-system' } }, signal);
  const tags = { 'kaito-cluster': system?.metadata.uid, 'kaito-claim': name, 'kaito-claim-uid': claimUid };
  const nodeLabels = { 'kaito.sh/creation-timestamp': '2026-01-01T00-00-00Z' };
  await control.addPool(name, { ...VM, tags, nodeLabels });
}

interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function leaks(...args: readonly string[]): Promise<Told> {
  const { promise, resolve } = Promise.withResolvers<Told>();
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment };
  execFile(process.execPath, [MAIN, 'leaks', ...args], { env }, (error, stdout, stderr) => {
    resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
  });
  return promise;
}
