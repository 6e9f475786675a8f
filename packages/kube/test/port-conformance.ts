import { expect } from '@jest/globals';
import type { Kubernetes, KubernetesObject, View, WatchEvent } from '@kaito/controller-runtime';

import { configMap, configMaps } from './config-maps.ts';

/** What holds of every implementation of the port. Each scenario wants a namespace `default` without config maps. */
export interface PortScenario {
  readonly name: string;
  readonly run: (kubernetes: Kubernetes) => Promise<void>;
}

const type = configMaps;
const fieldManager = 'test';
const never = new AbortController().signal;

export const portScenarios: readonly PortScenario[] = [
  {
    name: 'creates once',
    run: async (kubernetes) => {
      const created = await create(kubernetes, 'a', 'one');
      expect(await get(kubernetes, 'a')).toEqual(created);
      await expect(create(kubernetes, 'a', 'two')).rejects.toMatchObject({ name: 'ApiError', kind: 'AlreadyExists' });
    },
  },
  {
    name: 'answers undefined for what is not there',
    run: async (kubernetes) => {
      expect(await get(kubernetes, 'nothing')).toEqual(undefined);
    },
  },
  {
    name: 'merges patches, and removes what is null',
    run: async (kubernetes) => {
      await create(kubernetes, 'a', 'one');
      await patch(kubernetes, 'a', { data: { more: 'two' } });
      const patched = await patch(kubernetes, 'a', { data: { text: null } });
      expect(patched['data']).toEqual({ more: 'two' });
    },
  },
  {
    name: 'keeps the version when a patch changes nothing',
    run: async (kubernetes) => {
      const { metadata } = await create(kubernetes, 'a', 'one');
      const patched = await patch(kubernetes, 'a', { data: { text: 'one' } });
      expect(patched.metadata.resourceVersion).toEqual(metadata.resourceVersion);
    },
  },
  {
    name: 'refuses a patch of an older version, of another object, and of none',
    run: async (kubernetes) => {
      const { metadata } = await create(kubernetes, 'a', 'one');
      await patch(kubernetes, 'a', { data: { text: 'two' } });
      const { resourceVersion } = metadata;
      await expect(patch(kubernetes, 'a', { metadata: { resourceVersion } })).rejects.toMatchObject({
        kind: 'Conflict',
      });
      await expect(patch(kubernetes, 'a', { metadata: { uid: 'another' } })).rejects.toMatchObject({
        kind: 'Conflict',
      });
      await expect(patch(kubernetes, 'nothing', {})).rejects.toMatchObject({ kind: 'NotFound' });
    },
  },
  {
    name: 'deletes only what is meant',
    run: async (kubernetes) => {
      const { metadata } = await create(kubernetes, 'a', 'one');
      await expect(remove(kubernetes, 'a', { uid: 'another' })).rejects.toMatchObject({ kind: 'Conflict' });
      await expect(remove(kubernetes, 'a', { resourceVersion: '1' })).rejects.toMatchObject({ kind: 'Conflict' });
      await remove(kubernetes, 'a', { uid: metadata.uid });
      expect(await get(kubernetes, 'a')).toEqual(undefined);
      await remove(kubernetes, 'a');
    },
  },
  {
    name: 'keeps a deleted object until its last finalizer is gone',
    run: async (kubernetes) => {
      await create(kubernetes, 'a', 'one');
      await patch(kubernetes, 'a', { metadata: { finalizers: ['kaito.sh/test'] } });
      await remove(kubernetes, 'a');
      const deleting = await get(kubernetes, 'a');
      expect(deleting?.metadata.deletionTimestamp).toBeDefined();
      await remove(kubernetes, 'a');
      expect(await get(kubernetes, 'a')).toEqual(deleting);
      await patch(kubernetes, 'a', { metadata: { finalizers: null } });
      expect(await get(kubernetes, 'a')).toEqual(undefined);
    },
  },
  {
    name: 'applies what is not there and what is',
    run: async (kubernetes) => {
      const created = await kubernetes.apply({ type, manifest: configMap('a', 'one'), fieldManager }, never);
      const applied = await kubernetes.apply({ type, manifest: configMap('a', 'two'), fieldManager }, never);
      expect([applied['data'], applied.metadata.uid]).toEqual([{ text: 'two' }, created.metadata.uid]);
    },
  },
  {
    name: 'lists one version over many pages',
    run: async (kubernetes) => {
      for (const name of ['a', 'b', 'c']) {
        await create(kubernetes, name, name);
      }
      const first = await kubernetes.list({ type, namespace: 'default', limit: 2 }, never);
      await remove(kubernetes, 'c');
      const { continueToken = '' } = first;
      const second = await kubernetes.list({ type, namespace: 'default', limit: 2, continueToken }, never);
      expect([first, second].map(namesOf)).toEqual([['a', 'b'], ['c']]);
      expect(second.resourceVersion).toEqual(first.resourceVersion);
      expect(second.continueToken).toEqual(undefined);
    },
  },
  {
    name: 'selects by namespace, label and field',
    run: async (kubernetes) => {
      await create(kubernetes, 'a', 'one', { colour: 'red' });
      await create(kubernetes, 'b', 'two', { colour: 'green' });
      const selections = [
        { namespace: 'default', labelSelector: 'colour=red' },
        { namespace: 'default', fieldSelector: 'metadata.name=b' },
        { namespace: 'elsewhere' },
      ];
      const pages = await Promise.all(
        selections.map(async (selection) => kubernetes.list({ type, ...selection }, never)),
      );
      expect(pages.map(namesOf)).toEqual([['a'], ['b'], []]);
    },
  },
  {
    name: 'watches from a version on, in order, with versions that only grow',
    run: async (kubernetes) => {
      const { resourceVersion } = await kubernetes.list({ type, namespace: 'default' }, never);
      await create(kubernetes, 'a', 'one');
      await patch(kubernetes, 'a', { data: { text: 'two' } });
      await remove(kubernetes, 'a');
      const events = await watched(kubernetes, resourceVersion, 3);
      expect(events.map(({ type: of }) => of)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
      const versions = [resourceVersion, ...events.map(versionOf)].map(Number);
      expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    },
  },
  {
    name: 'lists and watches metadata alone',
    run: async (kubernetes) => {
      const view = { isMetadataOnly: true } as const;
      const { metadata } = await create(kubernetes, 'a', 'one', { colour: 'red' });
      const page = await kubernetes.list({ type, namespace: 'default', ...view }, never);
      expect(page.items.map(membersOf)).toEqual([['apiVersion', 'kind', 'metadata']]);
      expect(page.items[0]?.metadata).toMatchObject({ name: 'a', uid: metadata.uid, labels: { colour: 'red' } });
      await patch(kubernetes, 'a', { data: { text: 'two' } });
      const [event] = await watched(kubernetes, page.resourceVersion, 1, view);
      const object = event?.type === 'MODIFIED' ? event.object : undefined;
      expect(object === undefined ? [] : membersOf(object)).toEqual(['apiVersion', 'kind', 'metadata']);
    },
  },
  {
    name: 'rejects with the reason of an abort',
    run: async (kubernetes) => {
      const aborted = AbortSignal.abort(new Error('stopped'));
      await expect(kubernetes.list({ type }, aborted)).rejects.toMatchObject({ message: 'stopped' });
    },
  },
];

async function create(
  kubernetes: Kubernetes,
  name: string,
  text: string,
  labels?: Readonly<Record<string, string>>,
): Promise<KubernetesObject> {
  return kubernetes.create({ type, manifest: configMap(name, text, labels), fieldManager }, never);
}

async function get(kubernetes: Kubernetes, name: string): Promise<KubernetesObject | undefined> {
  return kubernetes.get({ type, key: { namespace: 'default', name } }, never);
}

async function patch(
  kubernetes: Kubernetes,
  name: string,
  body: Readonly<Record<string, unknown>>,
): Promise<KubernetesObject> {
  return kubernetes.patch({ type, key: { namespace: 'default', name }, body, fieldManager }, never);
}

async function remove(
  kubernetes: Kubernetes,
  name: string,
  preconditions: { readonly uid?: string; readonly resourceVersion?: string } = {},
): Promise<void> {
  await kubernetes.delete({ type, key: { namespace: 'default', name }, preconditions }, never);
}

async function watched(
  kubernetes: Kubernetes,
  resourceVersion: string,
  count: number,
  view: View = {},
): Promise<readonly WatchEvent[]> {
  const events: WatchEvent[] = [];
  const request = { ...view, type, namespace: 'default', resourceVersion, timeoutSeconds: 30 };
  for await (const event of kubernetes.watch(request, never)) {
    if (event.type !== 'BOOKMARK') {
      events.push(event);
    }
    if (events.length === count) {
      break;
    }
  }
  return events;
}

function versionOf(event: WatchEvent): string {
  return event.type === 'BOOKMARK' ? event.resourceVersion : event.object.metadata.resourceVersion;
}

function membersOf(object: KubernetesObject): readonly string[] {
  return Object.keys(object).toSorted();
}

function namesOf({ items }: { readonly items: readonly KubernetesObject[] }): readonly string[] {
  return items.map(({ metadata }) => metadata.name);
}
