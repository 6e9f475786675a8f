import { describe, expect, it } from '@jest/globals';
import { ApiError } from '@kaito/controller-runtime';
import type { KubernetesObject, ListPage, ListRequest } from '@kaito/controller-runtime';
import { machines } from '@kaito/types';
import type { Workspace } from '@kaito/types';

import { aMachine, aWorkspace } from '../../test/builders.ts';
import { LastLooks } from './last-looks.ts';

const { signal } = new AbortController();

describe('LastLooks', () => {
  it('answers all who ask while a look is under way with one that begins after it', async () => {
    const { asked, answer, looks } = setUp();
    const first = looks.claimsOf(named('a'), signal);
    await answer('a');
    const others = ['b', 'c', 'd'].map(async (name) => looks.claimsOf(named(name), signal));
    const again = looks.claimsOf(named('e', 'elsewhere'), signal);
    expect(await first).toHaveLength(1);
    await answer('c', 'd', 'e');
    const found = await Promise.all([...others, again]);
    expect(asked).toEqual(['kaito.sh/workspace in (a)', 'kaito.sh/workspace in (b,c,d,e)']);
    expect(found.map((claims) => claims.map(({ metadata }) => metadata.name))).toEqual([[], ['ws-c'], ['ws-d'], []]);
  });

  it('looks again for whoever asks after a look that failed', async () => {
    const { fail, looks, answer } = setUp();
    const failed = looks.claimsOf(named('a'), signal);
    const next = looks.claimsOf(named('a'), signal);
    const error = new ApiError('Unavailable', 'etcd is being restarted');
    await fail(error);
    await expect(failed).rejects.toBe(error);
    await expect(next).rejects.toBe(error);
    const later = looks.claimsOf(named('a'), signal);
    await answer('a');
    expect(await later).toHaveLength(1);
  });
});

/** A list is under way until it is answered. */
function setUp() {
  const asked: (string | undefined)[] = [];
  let begun = Promise.withResolvers<PromiseWithResolvers<ListPage>>();
  const list = async ({ labelSelector }: ListRequest): Promise<ListPage> => {
    asked.push(labelSelector);
    const answered = Promise.withResolvers<ListPage>();
    begun.resolve(answered);
    return answered.promise;
  };
  const underWay = async (): Promise<PromiseWithResolvers<ListPage>> => {
    const answered = await begun.promise;
    begun = Promise.withResolvers();
    return answered;
  };
  const caches = { machines: { isServed: true }, nodeClaims: { isServed: false }, nodePools: { isServed: false } };
  return {
    asked,
    looks: new LastLooks({ kubernetes: { list }, caches }),
    answer: async (...names: readonly string[]): Promise<void> => {
      (await underWay()).resolve({ items: names.map(claimOf), resourceVersion: '1' });
    },
    fail: async (error: Error): Promise<void> => {
      (await underWay()).reject(error);
    },
  };
}

function claimOf(name: string): KubernetesObject {
  const labels = { 'kaito.sh/workspace': name, 'kaito.sh/workspacenamespace': 'default' };
  const { metadata } = aMachine(`ws-${name}`, { metadata: { labels } });
  return { apiVersion: `${machines.group}/${machines.version}`, kind: machines.kind, metadata: { ...metadata } };
}

function named(name: string, namespace = 'default'): Workspace {
  return aWorkspace({ metadata: { name, namespace } });
}
