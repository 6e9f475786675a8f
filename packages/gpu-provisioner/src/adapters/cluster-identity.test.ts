import { describe, expect, it } from '@jest/globals';
import { ApiError, silentLogger } from '@kaito/controller-runtime';
import { FakeClock, FakeKubernetes } from '@kaito/testkit';

import { clusterIdentity } from './cluster-identity.ts';

const namespaces = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', isNamespaced: false };

describe('clusterIdentity', () => {
  it('is the uid of kube-system, waited for through every failure', async () => {
    const clock = new FakeClock();
    const kubernetes = new FakeKubernetes(clock);
    const { signal } = new AbortController();
    kubernetes.fail('get', new ApiError('Unavailable', 'down'));
    const identity = clusterIdentity({ kubernetes, clock, logger: silentLogger }, signal);
    await clock.advance(2_000);
    const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } };
    const { metadata } = await kubernetes.create({ type: namespaces, manifest, fieldManager: 'test' }, signal);
    await clock.advance(2_000);
    expect(await identity).toBe(metadata.uid);
  });

  it('is undefined when it is told to stop waiting', async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const identity = clusterIdentity(
      { kubernetes: new FakeKubernetes(clock), clock, logger: silentLogger },
      stop.signal,
    );
    await clock.settle();
    stop.abort(new Error('stopping'));
    expect(await identity).toBeUndefined();
  });
});
