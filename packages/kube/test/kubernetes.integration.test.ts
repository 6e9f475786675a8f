import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventRecorder, lead, silentLogger, systemClock } from '@kaito/controller-runtime';
import type { Kubernetes } from '@kaito/controller-runtime';
import { startTestCluster } from '@kaito/testkit';
import type { TestCluster } from '@kaito/testkit';
import { Machine, machines } from '@kaito/types';

import { kubernetesOverHttp } from '../src/index.ts';
import { configMap, configMaps } from './config-maps.ts';
import { eventually } from './eventually.ts';
import { portScenarios } from './port-conformance.ts';

const serviceAccounts = {
  group: '',
  version: 'v1',
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
  isNamespaced: true,
};
const leases = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease', isNamespaced: true };
const events = { group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event', isNamespaced: true };
const deployments = { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment', isNamespaced: true };
const nothing = { group: 'kaito.sh', version: 'v1', plural: 'nothings', kind: 'Nothing', isNamespaced: true };
const fieldManager = 'test';
const never = new AbortController().signal;
let cluster: TestCluster;
let kubernetes: Kubernetes;

beforeAll(async () => {
  cluster = await startTestCluster({
    components: ['etcd', 'kube-apiserver'],
    accounts: [{ user: 'nobody', groups: [] }],
  });
  ({ kubernetes } = cluster);
});

afterAll(async () => {
  await cluster.stop();
});

afterEach(async () => {
  const { items } = await kubernetes.list({ type: configMaps, namespace: 'default' }, never);
  for (const { metadata } of items) {
    await kubernetes.delete({ type: configMaps, key: metadata }, never);
  }
});

describe('kubernetesOverHttp on a real API server', () => {
  it.each(portScenarios)('$name', async ({ run }) => {
    await expect(run(kubernetes)).resolves.toBeUndefined();
  });

  it('has fields that another manager owns only by force', async () => {
    await kubernetes.apply({ type: configMaps, manifest: configMap('a', 'one'), fieldManager: 'one' }, never);
    const second = { type: configMaps, manifest: configMap('a', 'two'), fieldManager: 'two' };
    await expect(kubernetes.apply(second, never)).rejects.toMatchObject({ kind: 'Conflict' });
    expect(await kubernetes.apply({ ...second, isForced: true }, never)).toMatchObject({ data: { text: 'two' } });
  });

  it('is told of fields that nobody knows, instead of losing them', async () => {
    const manifest = { ...configMap('a'), dada: { text: 'x' } };
    await expect(kubernetes.create({ type: configMaps, manifest, fieldManager }, never)).rejects.toMatchObject({
      kind: 'Invalid',
    });
  });

  it('is told what is wrong with an object', async () => {
    const manifest = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a', namespace: 'default' },
      spec: {},
    };
    await expect(kubernetes.create({ type: deployments, manifest, fieldManager }, never)).rejects.toMatchObject({
      kind: 'Invalid',
      status: 422,
      message: expect.stringContaining('spec.selector'),
    });
  });

  it('writes the status apart from the rest, and the rest alone moves the generation', async () => {
    const key = { name: 'claim' };
    const manifest = { apiVersion: 'karpenter.sh/v1alpha5', kind: 'Machine', metadata: key, spec: {} };
    const created = await kubernetes.apply({ type: machines, manifest, fieldManager }, never);
    const body = { spec: { taints: [] }, status: { nodeName: 'n' } };
    const patch = { type: machines, key, fieldManager };
    const withStatus = await kubernetes.patch({ ...patch, body, subresource: 'status' }, never);
    const withSpec = await kubernetes.patch({ ...patch, body: { ...body, status: { nodeName: 'm' } } }, never);
    const applied = { ...manifest, status: { providerID: 'azure://x' } };
    const both = await kubernetes.apply(
      { type: machines, manifest: applied, fieldManager, subresource: 'status' },
      never,
    );
    expect([created, withStatus, withSpec, both].map((answer) => Machine.parse(answer))).toMatchObject([
      { metadata: { generation: 1 }, spec: {} },
      { metadata: { generation: 1 }, spec: {}, status: { nodeName: 'n' } },
      { metadata: { generation: 2 }, spec: { taints: [] }, status: { nodeName: 'n' } },
      { metadata: { generation: 2 }, status: { nodeName: 'n', providerID: 'azure://x' } },
    ]);
    await kubernetes.delete({ type: machines, key }, never);
  });

  it('creates below an object', async () => {
    const key = { namespace: 'default', name: 'robot' };
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: key };
    await kubernetes.create({ type: serviceAccounts, manifest: account, fieldManager }, never);
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: {}, spec: {} };
    const answer = await kubernetes.createSubresource(
      { type: serviceAccounts, key, subresource: 'token', manifest: request },
      never,
    );
    expect(answer['status']).toMatchObject({ token: expect.stringMatching(/^[^.]+\.[^.]+\.[^.]+$/) });
  });

  it('is told that a kind is not served', async () => {
    await expect(kubernetes.list({ type: nothing }, never)).rejects.toMatchObject({ kind: 'NotFound' });
  });

  it('is told who may not', async () => {
    const nobody = kubernetesOverHttp(cluster.access('nobody'), { userAgent: 'kaito-test' });
    const stranger = kubernetesOverHttp({ ...cluster.access(), token: () => 'wrong' }, { userAgent: 'kaito-test' });
    await expect(nobody.list({ type: configMaps }, never)).rejects.toMatchObject({ kind: 'Forbidden' });
    await expect(stranger.list({ type: configMaps }, never)).rejects.toMatchObject({ kind: 'Unauthorized' });
    nobody.close();
    stranger.close();
  });

  it('trusts the authority of the cluster and no other', async () => {
    const { server, token } = cluster.access();
    const trusting = kubernetesOverHttp({ server, ...(token !== undefined && { token }) }, { userAgent: 'kaito-test' });
    await expect(trusting.list({ type: configMaps }, never)).rejects.toMatchObject({
      kind: 'Network',
      message: expect.stringMatching(/certificate/),
    });
    trusting.close();
  });
});

describe('lead on a real API server', () => {
  it('takes, renews and releases its lease', async () => {
    const key = { namespace: 'default', name: 'controller' };
    const terms: unknown[] = [];
    for (const identity of ['one', 'two']) {
      await lead(
        {
          kubernetes,
          clock: systemClock,
          logger: silentLogger,
          lease: key,
          identity,
          leaseDurationMs: 60_000,
          renewDeadlineMs: 40_000,
          retryPeriodMs: 100,
          random: () => 0.5,
        },
        async (signal) => {
          const taken = await kubernetes.get({ type: leases, key }, never);
          await eventually(async () => {
            const { metadata } = (await kubernetes.get({ type: leases, key }, never)) ?? {};
            return metadata?.resourceVersion !== taken?.metadata.resourceVersion; // it was renewed
          });
          terms.push((await kubernetes.get({ type: leases, key }, never))?.['spec'], signal.aborted);
        },
        never,
      );
    }
    const released = await kubernetes.get({ type: leases, key }, never);
    expect(terms).toMatchObject([
      { holderIdentity: 'one', leaseTransitions: 0, leaseDurationSeconds: 60 },
      false,
      { holderIdentity: 'two', leaseTransitions: 1 },
      false,
    ]);
    expect(released?.['spec']).toMatchObject({ holderIdentity: '', leaseTransitions: 1 });
  });
});

describe('eventRecorder on a real API server', () => {
  it('writes events that the server accepts, about objects in a namespace and in none', async () => {
    const recorder = eventRecorder({
      kubernetes,
      clock: systemClock,
      logger: silentLogger,
      reportingController: 'kaito.sh/workspace-controller',
      reportingInstance: 'replica-0',
      signal: never,
    });
    const event = { type: 'Warning', reason: 'Tested', action: 'Test', message: 'ü'.repeat(2_000) } as const;
    const workspace = {
      apiVersion: 'kaito.sh/v1beta1',
      kind: 'Workspace',
      name: 'w'.repeat(250),
      namespace: 'default',
    };
    recorder.record({ ...event, regarding: { ...workspace, uid: 'u1' } });
    recorder.record({ ...event, regarding: { apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u2' } });
    await recorder.flushed();
    const { items } = await kubernetes.list({ type: events, namespace: 'default' }, never);
    expect(items.filter(({ reason }) => reason === 'Tested').map(({ regarding }) => regarding)).toMatchObject([
      { kind: 'Node' },
      { kind: 'Workspace' },
    ]);
  });
});
