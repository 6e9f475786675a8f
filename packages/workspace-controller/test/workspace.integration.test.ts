import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApplyRequest, HasMetadata, Kubernetes, Manifest, ResourceType } from '@kaito/controller-runtime';
import { startTestCluster } from '@kaito/testkit';
import type { TestCluster } from '@kaito/testkit';
import { deployments, fieldManagers, labels, machines, nodes, pods, services, workspaces } from '@kaito/types';

import { isNodeReady } from '../src/core/nodes/nodes.ts';
import { isRead } from '../src/core/spec/reading.ts';
import { readSpec } from '../src/core/spec/spec.ts';
import { desiredDeployment } from '../src/core/workload/deployment.ts';
import { desiredService } from '../src/core/workload/service.ts';
import type { Informers } from '../src/informers.ts';
import { inferenceOf, settings } from './builders.ts';
import { readiness, seen, startController } from './running-controller.ts';
import type { RunningController } from './running-controller.ts';

const fieldManager = 'test';

let cluster: TestCluster;
let kubernetes: Kubernetes;
let controller: RunningController;
let informers: Informers;
let requests: string[] = [];
const { signal } = new AbortController();

beforeAll(async () => {
  cluster = await startTestCluster({
    components: ['etcd', 'kube-apiserver', 'kube-controller-manager'],
    accounts: [{ user: 'workspace-controller', groups: ['system:masters'] }],
  });
  ({ kubernetes } = cluster);
  controller = await startController(cluster.access('workspace-controller'), (request) => requests.push(request));
  ({ informers } = controller);
});

afterAll(async () => {
  await controller.stop();
  await cluster.stop();
});

/** Finalizer, Machine, Service, Deployment, the Node's label, and at most four writes of the status. */
const REQUESTS_TO_READY = 9;

/** Deployment, Service, Machine, perhaps the status, the last look in two APIs, the finalizer. */
const REQUESTS_TO_GO = 7;

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted();
}

describe('the workspace-controller on a real API server', () => {
  it('brings a Workspace to Ready with at most nine requests, and leaves nothing behind', async () => {
    await apply('llm', inferenceOf('phi-3-mini-4k-instruct'));
    const { metadata } = await seen(informers.machines, () => true);
    await bootNode(metadata.name, metadata.labels ?? {});
    const pod = await seen(informers.pods, () => true);
    await tell(pods, pod.metadata, { phase: 'Running', conditions: [isTrue('Ready')] });
    const { status } = await seen(informers.workspaces, (workspace) => readiness(workspace)?.status === 'True');
    expect(status).toMatchObject({ workerNodes: [metadata.name], state: 'Ready', attempts: { count: 1 } });
    expect(status?.attempts).not.toHaveProperty('nextAttempt');
    expect(distinct(requests)).toEqual([
      'apply deployments',
      'apply services',
      'apply workspaces/status',
      'create machines',
      'patch nodes',
      'patch workspaces',
    ]);
    // How many of the changes one status write tells depends on how fast they come.
    expect(requests.length).toBeLessThanOrEqual(REQUESTS_TO_READY);
    requests = [];
    await removeWorkspace('llm');
    expect(informers.machines.cache.list()).toEqual([]);
    expect(informers.deployments.cache.list()).toEqual([]);
    // It is told only if something is left at the second look.
    expect(distinct(requests).filter((request) => request !== 'apply workspaces/status')).toEqual([
      'delete deployments',
      'delete machines',
      'delete services',
      'list machines',
      'list nodeclaims',
      'patch workspaces',
    ]);
    // A late watch has the same asked for once more.
    expect(requests.length).toBeLessThanOrEqual(2 * REQUESTS_TO_GO);
  });

  it('tells in the words of the field what cannot run, and buys nothing', async () => {
    await apply('wrong', inferenceOf('no-such-model'));
    const failed = await seen(informers.workspaces, (workspace) => readiness(workspace) !== undefined);
    expect(readiness(failed)).toMatchObject({ status: 'False', reason: 'workspaceFailed', observedGeneration: 1 });
    expect(readiness(failed)?.message).toMatch(/^inference\.preset\.name: "no-such-model" is not a preset/u);
    expect(informers.machines.cache.list()).toEqual([]);
    await removeWorkspace('wrong');
  });

  it('applies the same again without a new version', async () => {
    await apply('twice', inferenceOf('phi-3-mini-4k-instruct'));
    const workspace = await seen(informers.workspaces, (one) => readiness(one) !== undefined);
    const spec = readSpec(workspace, settings);
    if (!isRead(spec)) {
      throw new Error('the Workspace of the test cannot run');
    }
    for (const [type, { manifest }] of [
      [services, desiredService(workspace, spec.value)],
      [deployments, desiredDeployment(workspace, spec.value, 1)],
    ] as const) {
      const request = { type, manifest, fieldManager: fieldManagers.workspaceController, isForced: true };
      const [first, second] = await appliedTwice(request);
      expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
      expect(first.metadata.generation ?? 1).toBe(1);
    }
    await removeWorkspace('twice');
  });
});

async function apply(name: string, inference: object): Promise<void> {
  const manifest: Manifest = {
    apiVersion: 'kaito.sh/v1alpha1',
    kind: 'Workspace',
    metadata: { name, namespace: 'default' },
    resource: { instanceType: 'Standard_NC6s_v3', labelSelector: { matchLabels: { apps: 'phi-3' } } },
    inference,
  };
  requests = [];
  await kubernetes.apply({ type: { ...workspaces, version: 'v1alpha1' }, manifest, fieldManager }, signal);
}

/** Two answers between which nobody else wrote: the deployment controller writes its status whenever it likes. */
async function appliedTwice(request: ApplyRequest): Promise<readonly [HasMetadata, HasMetadata]> {
  const first = await kubernetes.apply(request, signal);
  const second = await kubernetes.apply(request, signal);
  return isDeepStrictEqual(withoutVersion(first), withoutVersion(second)) ? [first, second] : appliedTwice(request);
}

function withoutVersion(object: HasMetadata): unknown {
  return { ...object, metadata: { ...object.metadata, resourceVersion: undefined, managedFields: undefined } };
}

/** Plays provisioner, cloud, kubelet and device plugin, which wait for each other as the real ones do. */
async function bootNode(name: string, machineLabels: Readonly<Record<string, string>>): Promise<void> {
  const own = { ...machineLabels, [labels.instanceType]: 'Standard_NC6s_v3' };
  const manifest = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: own } };
  await kubernetes.create({ type: nodes, manifest, fieldManager }, signal);
  await tell(nodes, { name }, { conditions: [isTrue('Ready')] });
  // Nodes and Machines come over two streams: one that is behind would be told of with a status of its own.
  await seen(informers.nodes, (node) => node.metadata.name === name && isNodeReady(node));
  const conditions = ['MachineLaunched', 'MachineRegistered', 'MachineInitialized', 'Ready'].map(isTrue);
  await tell(machines, { name }, { nodeName: name, conditions });
  await seen(informers.workspaces, (workspace) => readiness(workspace)?.message.includes('device plugin') === true);
  await tell(nodes, { name }, { allocatable: { 'nvidia.com/gpu': '1' }, capacity: { 'nvidia.com/gpu': '1' } });
}

async function tell(
  type: ResourceType,
  key: { name: string; namespace?: string | undefined },
  status: object,
): Promise<void> {
  await kubernetes.patch({ type, key, body: { status }, subresource: 'status', fieldManager }, signal);
}

async function removeWorkspace(name: string): Promise<void> {
  const isGone = new Promise<void>((resolve) => {
    informers.workspaces.onChange(({ before, after }) => {
      if (after === undefined && before?.metadata.name === name) {
        resolve();
      }
    });
  });
  await kubernetes.delete({ type: workspaces, key: { name, namespace: 'default' } }, signal);
  await isGone;
  while (!requests.includes('patch workspaces')) {
    await sleep(10); // the watch may tell of it before the answer does
  }
}

function isTrue(type: string): object {
  return { type, status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z', reason: 'Test', message: '' };
}
