import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiError, noMetrics, silentLogger } from '@kaito/controller-runtime';
import type { CreateSubresourceRequest, Event, KubernetesObject, Manifest } from '@kaito/controller-runtime';
import { FakeClock, FakeKubernetes } from '@kaito/testkit';
import { machines, nodes, pods } from '@kaito/types';

import { claimController } from '../controller.ts';
import type { Claim } from '../core/claim/claim.ts';
import type { Cluster } from '../core/ports.ts';
import { provisionerInformers } from '../informers.ts';
import type { Informers } from '../informers.ts';
import { kubernetesCluster } from './kubernetes-cluster.ts';

const fieldManager = 'test';

/** With the one subresource that we create. */
class EvictingKubernetes extends FakeKubernetes {
  readonly evictions: CreateSubresourceRequest[] = [];
  refusal: ApiError | undefined;

  override async createSubresource(request?: CreateSubresourceRequest): Promise<KubernetesObject> {
    if (request === undefined || this.refusal !== undefined) {
      throw this.refusal ?? new Error('nothing is asked for');
    }
    this.evictions.push(request);
    return Promise.resolve({ metadata: { name: '', uid: '', resourceVersion: '', creationTimestamp: '' } });
  }
}

let clock: FakeClock;
let kubernetes: EvictingKubernetes;
let informers: Informers;
let cluster: Cluster;
let stop: AbortController;
let running: Promise<unknown>;
let recorded: Event[];
let reconciled: string[];

beforeEach(async () => {
  clock = new FakeClock();
  kubernetes = new EvictingKubernetes(clock);
  recorded = [];
  reconciled = [];
  stop = new AbortController();
  const common = { kubernetes, clock, logger: silentLogger, metrics: noMetrics, random: () => 0.5 };
  informers = provisionerInformers(common);
  const controller = claimController(informers, {
    ...common,
    workers: 1,
    reconcile: async (name) => {
      reconciled.push(name);
      return Promise.resolve(undefined);
    },
  });
  cluster = kubernetesCluster({
    kubernetes,
    clock,
    clusterId: 'cluster-1',
    caches: {
      machines: informers.machines.cache,
      nodeClaims: informers.nodeClaims.cache,
      nodes: informers.nodes.cache,
      pods: informers.pods.cache,
    },
    metrics: noMetrics,
    events: { record: (event) => recorded.push(event), flushed: async () => Promise.resolve() },
  });
  const { signal } = stop;
  running = Promise.all([
    ...[informers.machines, informers.nodeClaims, informers.nodes, informers.pods].map(
      async (informer: { run(signal: AbortSignal): Promise<void> }) => informer.run(signal),
    ),
    controller.run(signal),
  ]);
  await create(machines, {
    name: 'wsa',
    labels: { 'kaito.sh/workspace': 'phi' },
    finalizers: ['karpenter.sh/termination'],
  });
  await create(
    nodes,
    { name: 'n', labels: { agentpool: 'wsa' }, finalizers: ['karpenter.sh/termination'] },
    { spec: { providerID: 'azure:///1' } },
  );
  await create(pods, { name: 'p', namespace: 'default' }, { spec: { nodeName: 'n' } });
  await clock.settle();
});

afterEach(async () => {
  stop.abort(new Error('stopping'));
  await running;
});

describe('the view of a claim', () => {
  it('has the Machine and the Nodes of its pool, but no pods of a Node that stays', () => {
    const { claims, nodes: found, pods: drained } = cluster.view('wsa');
    expect([
      claims.map(({ name }) => name).join(' '),
      found.map(({ metadata }) => metadata.name),
      drained.size,
    ]).toEqual(['wsa', ['n'], 0]);
    expect(cluster.view('wsb')).toEqual({
      claims: [],
      nodes: [],
      pods: new Map(),
      fleet: { size: 0, notReady: [] },
    });
  });

  it('finds a Node by the provider ID too, each once', async () => {
    await create(nodes, { name: 'twin' }, { spec: { providerID: 'azure:///1' } });
    await cluster.patchClaimStatus(wsa(), { providerID: 'azure:///1' }, stop.signal);
    await clock.settle();
    expect(cluster.view('wsa').nodes.map(({ metadata }) => metadata.name)).toEqual(['n', 'twin']);
  });

  it('has the pods of a Node that is being deleted, with what came of their evictions', async () => {
    await cluster.deleteNode('n', '', stop.signal).catch(() => undefined); // another Node of that name
    expect(cluster.view('wsa').pods.size).toBe(0);
    await cluster.deleteNode('n', nodeUid(), stop.signal);
    await clock.settle();
    const { refused, uid } = drainedPod();
    expect([uid, refused]).toEqual([expect.stringContaining('uid-'), undefined]);
    const pod = { namespace: 'default', name: 'p', uid };
    kubernetes.refusal = new ApiError('TooManyRequests', 'budget');
    await cluster.evictPod(pod, stop.signal);
    await cluster.evictPod(pod, stop.signal);
    expect(drainedPod().refused).toEqual({ at: clock.now(), count: 2, obstacle: 'Budget' });
    kubernetes.refusal = undefined;
    await cluster.evictPod(pod, stop.signal);
    expect(drainedPod().refused).toBeUndefined();
    expect(kubernetes.evictions).toMatchObject([
      {
        subresource: 'eviction',
        key: { namespace: 'default', name: 'p' },
        manifest: { deleteOptions: { preconditions: { uid } } },
      },
    ]);
  });
});

describe('an eviction', () => {
  it('of a pod that is gone, or another by now, is done; any other failure is one', async () => {
    const pod = { namespace: 'default', name: 'p', uid: 'u' };
    for (const kind of ['NotFound', 'Conflict'] as const) {
      kubernetes.refusal = new ApiError(kind, '');
      await cluster.evictPod(pod, stop.signal);
    }
    kubernetes.refusal = new ApiError('Unavailable', 'down');
    await expect(cluster.evictPod(pod, stop.signal)).rejects.toThrow('down');
  });
});

describe('a write', () => {
  it('shows in the next view, without waiting for the watch', async () => {
    kubernetes.killWatchesSilently();
    const { resourceVersion } = wsa();
    await cluster.patchClaim(wsa(), { metadata: { resourceVersion, labels: { a: 'b' } } }, stop.signal);
    expect(wsa().labels).toMatchObject({ a: 'b' });
    const node = cluster.view('wsa').nodes[0];
    await cluster.patchNode(
      'n',
      { metadata: { resourceVersion: node?.metadata.resourceVersion ?? '' }, spec: { unschedulable: true } },
      stop.signal,
    );
    expect(cluster.view('wsa').nodes[0]?.spec.unschedulable).toBe(true);
  });

  it('of a status takes away what the Node no longer has', async () => {
    await cluster.patchClaimStatus(wsa(), { capacity: { cpu: '1', 'nvidia.com/gpu': '1' } }, stop.signal);
    await cluster.patchClaimStatus(wsa(), { capacity: { cpu: '2' } }, stop.signal);
    expect(wsa().status).toEqual({ capacity: { cpu: '2' } });
  });

  it('is refused on another version, and on an object that is gone, as one that has changed', async () => {
    const patch = { metadata: { resourceVersion: '1' } };
    await expect(cluster.patchClaim(wsa(), patch, stop.signal)).rejects.toMatchObject({ kind: 'Conflict' });
    await expect(cluster.patchNode('gone', patch, stop.signal)).rejects.toMatchObject({ kind: 'Conflict' });
    kubernetes.fail('patch', new ApiError('Unavailable', 'down'));
    await expect(cluster.patchNode('n', patch, stop.signal)).rejects.toMatchObject({ kind: 'Unavailable' });
  });
});

describe('a read past the caches', () => {
  it('sees what there is, and takes nothing unreadable for absent', async () => {
    expect((await cluster.getClaims('wsa', stop.signal)).map(({ name }) => name)).toEqual(['wsa']);
    expect(await cluster.getNode('gone', stop.signal)).toBeUndefined();
    await create(nodes, { name: 'odd' }, { spec: { taints: 'none' } });
    await expect(cluster.getNode('odd', stop.signal)).rejects.toThrow('taints');
  });

  it('is what a claim is given up on', async () => {
    const before = wsa();
    await cluster.patchClaim(
      before,
      { metadata: { resourceVersion: before.resourceVersion, labels: { a: 'b' } } },
      stop.signal,
    );
    await expect(cluster.deleteClaim(before, stop.signal)).rejects.toMatchObject({ kind: 'Conflict' });
  });
});

describe('a warning', () => {
  it('is an event on the claim', () => {
    cluster.warn({ api: 'Machine', name: 'wsa', uid: 'u' }, 'LaunchFailed', 'no quota');
    expect(recorded).toEqual([
      {
        regarding: { apiVersion: 'karpenter.sh/v1alpha5', kind: 'Machine', name: 'wsa', uid: 'u' },
        type: 'Warning',
        reason: 'LaunchFailed',
        message: 'no quota',
        action: 'Provision',
      },
    ]);
  });
});

describe('a change', () => {
  it('of a Machine, of a Node of its pool, or of a Node with its provider ID wakes the claim', async () => {
    await cluster.patchClaimStatus(wsa(), { providerID: 'azure:///2' }, stop.signal);
    await clock.settle();
    reconciled.length = 0;
    await create(nodes, { name: 'm', labels: { agentpool: 'wsb' } }, { spec: { providerID: 'azure:///2' } });
    await clock.settle();
    expect(reconciled).toEqual(['wsb', 'wsa']);
  });

  it('of a pod wakes the claim only while its Node is being emptied', async () => {
    reconciled.length = 0;
    await kubernetes.delete({ type: pods, key: { namespace: 'default', name: 'p' } }, stop.signal);
    await clock.settle();
    expect(reconciled).toEqual([]);
    await create(pods, { name: 'q', namespace: 'default' }, { spec: { nodeName: 'n' } });
    await cluster.deleteNode('n', nodeUid(), stop.signal);
    await clock.settle();
    reconciled.length = 0;
    await kubernetes.delete({ type: pods, key: { namespace: 'default', name: 'q' } }, stop.signal);
    await clock.settle();
    expect(reconciled).toEqual(['wsa']);
  });
});

function nodeUid(): string {
  return cluster.view('wsa').nodes[0]?.metadata.uid ?? '';
}

function drainedPod(): { readonly uid: string; readonly refused?: unknown } {
  const [first] = cluster.view('wsa').pods.get('n') ?? [];
  return { uid: first?.pod.metadata.uid ?? '', refused: first?.refused };
}

function wsa(): Claim {
  const [claim] = cluster.view('wsa').claims;
  if (claim === undefined) {
    throw new Error('there is no such claim');
  }
  return claim;
}

async function create(
  type: typeof machines | typeof nodes | typeof pods,
  metadata: Manifest['metadata'],
  rest: object = {},
): Promise<void> {
  const apiVersion = type.group === '' ? type.version : `${type.group}/${type.version}`;
  const manifest = { apiVersion, kind: type.kind, metadata, ...rest };
  await kubernetes.create({ type, manifest, fieldManager }, stop.signal);
}
