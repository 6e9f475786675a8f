import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { informer, isApiError, silentLogger, systemClock } from '@kaito/controller-runtime';
import type { Informer, Kubernetes } from '@kaito/controller-runtime';
import { startTestCluster, tcpProxy } from '@kaito/testkit';
import type { TcpProxy, TestCluster } from '@kaito/testkit';

import { kubernetesOverHttp } from '../src/index.ts';
import type { ClusterAccess, KubernetesConnection, RequestRecord } from '../src/index.ts';
import { configMap, configMaps } from './config-maps.ts';
import type { ConfigMap } from './config-maps.ts';
import { eventually } from './eventually.ts';
import { faultyFront } from './faulty-front.ts';
import type { FaultyFront } from './faulty-front.ts';

/** For connections that are to be taken for dead. */
const HASTY = { idleTimeoutMs: 1_500, requestTimeoutMs: 5_000 };
/** No machine is so busy that it opens a second stream. */
const PATIENT = { idleTimeoutMs: 600_000, requestTimeoutMs: 60_000 };
const fieldManager = 'test';
const never = new AbortController().signal;
let cluster: TestCluster;
let direct: Kubernetes;
let proxy: TcpProxy;
let front: FaultyFront | undefined;
const running: Observed[] = [];

beforeAll(async () => {
  cluster = await startTestCluster({ components: ['etcd', 'kube-apiserver'] });
  direct = cluster.kubernetes;
});

afterAll(async () => {
  await cluster.stop();
});

beforeEach(async () => {
  proxy = await tcpProxy({ host: '127.0.0.1', port: cluster.controlPlane.apiServerPort });
  await put('stays');
});

afterEach(async () => {
  await Promise.all(running.splice(0).map(async (observed) => observed.stop()));
  front?.close();
  front = undefined;
  await proxy.close();
  const { items } = await direct.list({ type: configMaps, namespace: 'default' }, never);
  await Promise.all(items.map(async ({ metadata }) => direct.delete({ type: configMaps, key: metadata }, never)));
});

describe('informer on a real API server', () => {
  it('slow watch: takes events that arrive in small pieces, over the one stream', async () => {
    const observed = await observeThroughProxy(PATIENT);
    proxy.trickle({ bytes: 4_096, everyMs: 20 });
    await put('large', 'x'.repeat(200_000));
    await put('after');
    await eventually(() => observed.names().includes('after'));
    expect(observed.names()).toEqual(['after', 'large', 'stays']);
    expect(observed.count('watch')).toBe(1);
  });

  it('stalled watch: goes on where it was when the bytes flow again', async () => {
    const observed = await observeThroughProxy(PATIENT);
    proxy.stall();
    await put('meanwhile');
    expect(observed.names()).toEqual(['stays']);
    proxy.resume();
    await eventually(() => observed.names().includes('meanwhile'));
    expect([observed.count('list'), observed.count('watch')]).toEqual([1, 1]);
  });

  it('half-open watch: opens another stream when nothing came for the time-out, and misses nothing', async () => {
    const observed = await observeThroughProxy(HASTY);
    proxy.swallow();
    await put('meanwhile');
    await remove('stays');
    await eventually(() => observed.names().join() === 'meanwhile');
    expect(observed.changes).toEqual(['+stays', '+meanwhile', '-stays']);
    expect(observed.count('list')).toBe(1);
  });

  it('cut watch: lists again and tells what changed in between', async () => {
    const observed = await observeThroughProxy(PATIENT);
    await put('is-replaced');
    await eventually(() => observed.names().includes('is-replaced'));
    await proxy.refuse();
    proxy.cut();
    await remove('stays');
    await remove('is-replaced');
    await put('is-replaced', 'again');
    await put('comes');
    await proxy.accept();
    await eventually(() => observed.names().includes('comes'));
    expect(observed.changes.slice(2).toSorted()).toEqual(['+comes', '+is-replaced', '-is-replaced', '-stays']);
  });

  it('API server restart: goes on by itself and misses nothing', async () => {
    const observed = await observeThroughProxy(PATIENT);
    await cluster.controlPlane.restartApiServer(never);
    await eventually(async () => isThere('after'));
    await remove('stays');
    await eventually(() => observed.names().join() === 'after');
    expect(observed.changes).toEqual(['+stays', '+after', '-stays']);
  });

  it('503: comes back when asked to, and goes on', async () => {
    front = await faultyFront(cluster.access());
    const behind = await observe({ ...cluster.access(), server: front.url }, PATIENT);
    front.refuse(503, { 'retry-after': '1' });
    await eventually(() => (front?.refusedCount ?? 0) >= 2);
    await put('meanwhile');
    front.refuse(undefined);
    await eventually(() => behind.names().includes('meanwhile'));
    expect(behind.records.filter(({ status }) => status === 503).length).toBeGreaterThanOrEqual(2);
    expect(behind.changes).toEqual(['+stays', '+meanwhile']);
  });

  it('reads long lists page by page', async () => {
    await Promise.all(Array.from({ length: 600 }, async (_, index) => put(`note-${String(index)}`)));
    const late = await observe(cluster.access(), PATIENT);
    expect(late.names()).toHaveLength(601);
    expect(late.count('list')).toBe(2);
  });
});

describe('informer on a real API server that forgets quickly', () => {
  it('410 after compaction: lists again and tells what changed in between', async () => {
    const forgetful = await startTestCluster({
      components: ['etcd', 'kube-apiserver'],
      apiServerFlags: ['--watch-cache=false', '--etcd-compaction-interval=1s'],
    });
    const { kubernetes } = forgetful;
    front = await faultyFront(forgetful.access());
    await putInto(kubernetes, 'stays');
    await putInto(kubernetes, 'vanishes');
    const path = await tcpProxy({ host: '127.0.0.1', port: Number(new URL(front.url).port) });
    const server = `http://127.0.0.1:${String(path.port)}`;
    const watching = await observe({ ...forgetful.access(), server }, HASTY);
    try {
      path.swallow();
      front.refuse(503); // no stream comes back before its version is forgotten
      const { resourceVersion } = await kubernetes.list({ type: configMaps, namespace: 'default' }, never);
      await kubernetes.delete({ type: configMaps, key: { namespace: 'default', name: 'vanishes' } }, never);
      await putInto(kubernetes, 'comes');
      await eventually(async () => isForgotten(kubernetes, resourceVersion));
      front.refuse(undefined);
      await eventually(() => watching.names().join() === 'comes,stays');
      expect(watching.changes.slice(2).toSorted()).toEqual(['+comes', '-vanishes']);
      expect(watching.failures).toContain('Gone');
    } finally {
      await path.close();
      await forgetful.stop();
    }
  });
});

describe('requests over a real network', () => {
  it('half-open connection: fails in time, and the next request goes over a new one', async () => {
    const access = { ...cluster.access(), server: `https://127.0.0.1:${String(proxy.port)}` };
    const connection = kubernetesOverHttp(access, { userAgent: 'kaito-test', requestTimeoutMs: 5_000 });
    const key = { namespace: 'default', name: 'stays' };
    await connection.get({ type: configMaps, key }, never);
    proxy.swallow();
    await expect(connection.get({ type: configMaps, key }, never)).rejects.toMatchObject({ kind: 'Network' });
    expect((await connection.get({ type: configMaps, key }, never))?.metadata.name).toBe('stays');
    connection.close();
  });
});

interface Observed {
  readonly changes: readonly string[];
  readonly records: readonly RequestRecord[];
  /** Why lists and watches failed. */
  readonly failures: readonly string[];
  names(): readonly string[];
  count(verb: RequestRecord['verb']): number;
  stop(): Promise<void>;
}

async function observeThroughProxy(patience: typeof PATIENT): Promise<Observed> {
  return observe({ ...cluster.access(), server: `https://127.0.0.1:${String(proxy.port)}` }, patience);
}

/** Runs an informer of the default namespace, to the test's end; its first list is complete and its watch is open. */
async function observe(access: ClusterAccess, { idleTimeoutMs, requestTimeoutMs }: typeof PATIENT): Promise<Observed> {
  const records: RequestRecord[] = [];
  const failures: string[] = [];
  const connection = kubernetesOverHttp(access, {
    userAgent: 'kaito-test',
    requestTimeoutMs,
    onRequest: (record) => records.push(record),
  });
  const tested = anInformer(connection, failures, idleTimeoutMs);
  const changes: string[] = [];
  tested.onChange(({ before, after }) => {
    const sign = before === undefined ? '+' : after === undefined ? '-' : '~';
    changes.push(`${sign}${(after ?? before)?.metadata.name ?? ''}`);
  });
  const stop = new AbortController();
  const ended = tested.run(stop.signal);
  const count = (verb: RequestRecord['verb']): number => records.filter((record) => record.verb === verb).length;
  await eventually(() => count('watch') > 0);
  const observed = {
    changes,
    records,
    failures,
    count,
    names: () => tested.cache.list().map(({ metadata }) => metadata.name).toSorted(), // prettier-ignore
    stop: async () => {
      stop.abort();
      await ended;
      connection.close();
    },
  };
  running.push(observed);
  return observed;
}

function anInformer(kubernetes: KubernetesConnection, failures: string[], idleTimeoutMs: number): Informer<ConfigMap> {
  return informer({
    kubernetes,
    kind: configMaps,
    selection: { namespace: 'default', labelSelector: 'kept=yes' },
    clock: systemClock,
    logger: silentLogger,
    metrics: {
      counter: (name) => ({
        inc: (labels = {}) => {
          if (name === 'informer_failures_total') {
            failures.push(labels['reason'] ?? '');
          }
        },
      }),
      gauge: () => ({ set: () => undefined }),
      histogram: () => ({ observe: () => undefined }),
    },
    random: () => 0.5,
    idleTimeoutMs,
  });
}

/** Whether the server refuses to watch from this version. */
async function isForgotten(kubernetes: Kubernetes, resourceVersion: string): Promise<boolean> {
  try {
    const request = { type: configMaps, namespace: 'default', resourceVersion, timeoutSeconds: 1 };
    for await (const event of kubernetes.watch(request, never)) {
      if (event.type === 'BOOKMARK') {
        return false;
      }
    }
    return false;
  } catch {
    return true;
  }
}

/** Creates it where it is not; an answer that was lost is no answer, so it looks. */
async function isThere(name: string): Promise<boolean> {
  try {
    await put(name);
    return true;
  } catch (error) {
    return isApiError(error, 'AlreadyExists');
  }
}

async function put(name: string, text?: string): Promise<void> {
  await putInto(direct, name, text);
}

async function putInto(kubernetes: Kubernetes, name: string, text?: string): Promise<void> {
  const manifest = configMap(name, text, { kept: 'yes' });
  await kubernetes.create({ type: configMaps, manifest, fieldManager }, never);
}

async function remove(name: string): Promise<void> {
  await direct.delete({ type: configMaps, key: { namespace: 'default', name } }, never);
}
