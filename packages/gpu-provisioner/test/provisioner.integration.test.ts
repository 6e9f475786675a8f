import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Manifest } from '@kaito/controller-runtime';
import { freePort, startArmSimulator } from '@kaito/local-cloud';
import type { ArmSimulator } from '@kaito/local-cloud';
import { controlSimulator, SimulatedKubelets, startTestCluster } from '@kaito/testkit';
import type { SimulatorControl, TestCluster } from '@kaito/testkit';
import { fieldManagers, machines, Node, nodes, pods } from '@kaito/types';
import type { Machine } from '@kaito/types';
import * as z from 'zod';

import { statement } from './conformance/statement.ts';
import { programEnvironment } from './program-environment.ts';
import { ProvisionerProcess } from './provisioner-process.ts';

const TIME_SCALE = 0.02;
const Managed = z.object({ managedFields: z.array(z.looseObject({ manager: z.string() })) });
const fieldManager = 'test';

/** Those of provisioner.md 1.1.6 and 1.2.3. */
const UPSTREAM_METRICS = [
  ...['created', 'terminated', 'launched', 'registered', 'initialized'].map((what) => `karpenter_machines_${what}`),
  ...['created', 'terminated', 'disrupted', 'unhealthy_disrupted'].map((what) => `karpenter_nodeclaims_${what}_total`),
  ...['termination', 'instance_termination'].map((what) => `karpenter_nodeclaims_${what}_duration_seconds`),
  ...['created', 'terminated', 'termination_time_seconds'].map((what) => `karpenter_nodes_${what}`),
  ...['created', 'terminated', 'drained', 'eviction_requests'].map((what) => `karpenter_nodes_${what}_total`),
  ...['termination', 'lifetime'].map((what) => `karpenter_nodes_${what}_duration_seconds`),
  'karpenter_cloudprovider_duration_seconds',
  'karpenter_cloudprovider_errors_total',
  'karpenter_consistency_errors',
  'operator_status_condition_transitions_total',
  'operator_status_condition_transition_seconds',
];

let directory: string;
let cluster: TestCluster;
let simulator: ArmSimulator;
let control: SimulatorControl;
let kubelets: SimulatedKubelets;
let healthPort: number;
let provisioner: ProvisionerProcess;
const stop = new AbortController();
let kubeletsRun: Promise<void>;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'kaito-provisioner-'));
  cluster = await startTestCluster({
    components: ['etcd', 'kube-apiserver', 'kube-controller-manager'],
    accounts: [{ user: 'gpu-provisioner', groups: ['system:masters'] }],
  });
  simulator = await startArmSimulator({ scale: TIME_SCALE });
  control = controlSimulator(simulator);
  kubelets = new SimulatedKubelets(cluster.kubernetes, control);
  kubeletsRun = kubelets.run(stop.signal);
  healthPort = await freePort();
  provisioner = new ProvisionerProcess(await environment(), file('provisioner.log'));
  await namespace('kaito-system');
  provisioner.start();
  await until(async () => (await page('/readyz').catch(() => '')) === 'ok\n');
});

afterAll(async () => {
  await provisioner.stop();
  stop.abort();
  await kubeletsRun.catch(() => undefined);
  await simulator.close();
  await cluster.stop();
  await rm(directory, { recursive: true });
});

afterEach(async () => {
  for (const { metadata } of (await cluster.kubernetes.list({ type: machines }, stop.signal)).items) {
    await cluster.kubernetes.delete({ type: machines, key: { name: metadata.name } }, stop.signal);
    await until(async () => (await machine(metadata.name)) === undefined);
  }
  await control.reset();
});

describe('the provisioner between a real API server and the ARM simulator', () => {
  // How soon each step comes after the last is told by the simulations, whose time does not pass by itself.
  it('makes a Machine Ready when its Node is, and leaves nothing when it is deleted', async () => {
    await create('wsaaaaaaaaa');
    await until(async () => isReady(await machine('wsaaaaaaaaa')));
    expect(await usableNodes()).toBe(1);
    const made = await machine('wsaaaaaaaaa');
    const nodeName = made?.status?.nodeName ?? '';
    const node = Node.parse(await cluster.kubernetes.get({ type: nodes, key: { name: nodeName } }, stop.signal));
    expect(node.spec.providerID).toBe(made?.status?.providerID);
    expect(node.metadata.finalizers).toEqual(['karpenter.sh/termination']);
    expect(node.metadata.ownerReferences).toEqual([
      {
        apiVersion: 'karpenter.sh/v1alpha5',
        kind: 'Machine',
        name: 'wsaaaaaaaaa',
        uid: made?.metadata.uid,
        blockOwnerDeletion: true,
      },
    ]);
    expect(node.metadata.labels).toMatchObject({
      'karpenter.sh/registered': 'true',
      'karpenter.sh/initialized': 'true',
      'karpenter.sh/provisioner-name': 'default',
      'kaito.sh/workspace': 'phi',
      'kaito.sh/machine-type': 'gpu',
    });
    expect(node.spec.taints).toContainEqual({ key: 'sku', value: 'gpu', effect: 'NoSchedule' });

    await pod('answer', nodeName);
    await cluster.kubernetes.delete({ type: machines, key: { name: 'wsaaaaaaaaa' } }, stop.signal);
    await until(async () => (await machine('wsaaaaaaaaa')) === undefined);
    expect(await control.poolNames()).toEqual(['system']);
    expect((await cluster.kubernetes.list({ type: nodes }, stop.signal)).items).toEqual([]);
    expect((await cluster.kubernetes.list({ type: pods }, stop.signal)).items).toEqual([]);
    const operations = (await control.requests()).filter(({ method }) => method === 'PUT' || method === 'DELETE');
    expect(operations.map(({ method }) => method)).toEqual(['PUT', 'DELETE']);
  });

  it('goes on where a killed process stopped, with the pool that it had asked for', async () => {
    await create('wsbbbbbbbbb');
    await until(async () => (await control.requests()).some(({ method }) => method === 'PUT'));
    await provisioner.stop('SIGKILL');
    provisioner.start();
    await until(async () => isReady(await machine('wsbbbbbbbbb')));
    const puts = (await control.requests()).filter(({ method }) => method === 'PUT');
    expect(puts.map(({ status }) => status)).toEqual([201]);
  });

  it('lets a Machine go whose pool was never made, without a DELETE', async () => {
    await control.fault({
      on: { method: 'PUT' },
      times: null,
      effect: { kind: 'answer', error: { id: 'invalid-parameter' } },
    });
    await create('wsddddddddd');
    await until(async () => condition(await machine('wsddddddddd'), 'MachineLaunched')?.reason === 'LaunchFailed');
    await cluster.kubernetes.delete({ type: machines, key: { name: 'wsddddddddd' } }, stop.signal);
    await until(async () => (await machine('wsddddddddd')) === undefined);
    expect((await control.requests()).filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  it('writes nothing while nothing changes', async () => {
    await create('wseeeeeeeee');
    await until(async () => isReady(await machine('wseeeeeeeee')));
    await looksAgain();
    const before = await writesOf('wseeeeeeeee');
    await looksAgain();
    await looksAgain();
    expect(await writesOf('wseeeeeeeee')).toEqual(before);
  });

  statement(57, 'it answers for its health, and shows the figures that dashboards of both eras read', async () => {
    expect(await page('/healthz')).toBe('ok\n');
    await until(async () => (await page('/readyz')) === 'ok\n');
    // Some begin when it leads, which may come after its being ready.
    await until(async () => {
      const figures = await page('/metrics');
      return UPSTREAM_METRICS.every((name) => figures.includes(`# TYPE ${name} `));
    });
  });

  it('stops in good order when it is asked to', async () => {
    expect(await provisioner.stop()).toBe(0);
    expect(await readFile(file('provisioner.log'), 'utf8')).toContain('"Stopped"');
    provisioner.start();
  });
});

function file(name: string): string {
  return path.join(directory, name);
}

async function environment(): Promise<Record<string, string>> {
  return {
    ...(await programEnvironment(directory, { cluster, simulator })),
    LOG_LEVEL: 'debug',
    HEALTH_PROBE_BIND_ADDRESS: `127.0.0.1:${healthPort}`,
    METRICS_BIND_ADDRESS: `127.0.0.1:${healthPort}`,
    TIME_SCALE: String(TIME_SCALE),
  };
}

async function namespace(name: string): Promise<void> {
  const type = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', isNamespaced: false };
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await cluster.kubernetes.create({ type, manifest, fieldManager }, stop.signal);
}

async function create(name: string): Promise<void> {
  const manifest: Manifest = {
    apiVersion: 'karpenter.sh/v1alpha5',
    kind: 'Machine',
    metadata: { name, labels: { 'kaito.sh/workspace': 'phi', 'kaito.sh/workspacenamespace': 'default' } },
    spec: {
      requirements: [{ key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['Standard_NC24ads_A100_v4'] }],
      taints: [{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }],
      resources: { requests: { storage: '120Gi' } },
    },
  };
  await cluster.kubernetes.create({ type: machines, manifest, fieldManager }, stop.signal);
}

async function pod(name: string, nodeName: string): Promise<void> {
  const manifest: Manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { nodeName, containers: [{ name: 'c', image: 'kaito.local/none' }], automountServiceAccountToken: false },
  };
  await cluster.kubernetes.create({ type: pods, manifest, fieldManager }, stop.signal);
}

async function machine(name: string): Promise<Machine | undefined> {
  const found = await cluster.kubernetes.get({ type: machines, key: { name } }, stop.signal);
  return found === undefined ? undefined : machines.schema.parse(found);
}

/** Nodes that are Ready and that the control plane has taken its boot taints from. */
async function usableNodes(): Promise<number> {
  const { items } = await cluster.kubernetes.list({ type: nodes }, stop.signal);
  return items
    .map((item) => Node.parse(item))
    .filter(
      ({ status }) => status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true,
    )
    .filter(({ spec }) => (spec.taints ?? []).every(({ key }) => key !== 'node.kubernetes.io/not-ready')).length;
}

/** Resolves when the provisioner has looked at its pools once more, and acted on what it saw. */
async function looksAgain(): Promise<void> {
  const before = await looks();
  await until(async () => (await looks()) > before);
}

async function looks(): Promise<number> {
  return (await control.requests()).filter(({ method }) => method === 'GET').length;
}

/** What tells of a write: the Machine's version, and the provisioner's own part of the Node, which others write too. */
async function writesOf(name: string): Promise<unknown> {
  const { metadata, status } = (await machine(name)) ?? {};
  const node = await cluster.kubernetes.get({ type: nodes, key: { name: status?.nodeName ?? '' } }, stop.signal);
  const { managedFields } = Managed.parse(node?.metadata);
  const own = managedFields.filter(({ manager }) => manager === fieldManagers.gpuProvisioner);
  expect(own).not.toEqual([]);
  return [metadata?.resourceVersion, own];
}

function condition(
  from: Machine | undefined,
  type: string,
): { reason?: string | undefined; message?: string | undefined; status: string } | undefined {
  return from?.status?.conditions?.find((one) => one.type === type);
}

function isReady(from: Machine | undefined): boolean {
  return condition(from, 'Ready')?.status === 'True';
}

async function page(where: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${healthPort}${where}`);
  return response.text();
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) {
      const log = await readFile(file('provisioner.log'), 'utf8');
      throw new Error(`not within 120 s\n${log.slice(-4_000)}`);
    }
    await sleep(20);
  }
}
