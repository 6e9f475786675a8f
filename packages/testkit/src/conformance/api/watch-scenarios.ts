import type { ApiScript } from './api-script.ts';
import { kinds } from './kinds.ts';

const { configMaps, machines, pods, secrets } = kinds;

async function versionNow(s: ApiScript): Promise<string> {
  return (await s.list(configMaps))?.resourceVersion ?? '';
}

/** What watches are told. */
export const watchScenarios: Readonly<Record<string, (script: ApiScript) => Promise<void>>> = {
  'a watch is told of every change after its version, in order': async (s) => {
    const from = await versionNow(s);
    await s.create(configMaps, 'a', {});
    const watch = s.watch(configMaps, from);
    await s.patch(configMaps, 'a', { data: { text: 'one' } });
    await s.create(configMaps, 'b', {});
    await s.patch(configMaps, 'a', { data: { text: 'one' } });
    await s.patch(configMaps, 'a', { data: { text: 'two' } });
    await s.delete(configMaps, 'a');
    await s.delete(configMaps, 'b');
    await watch.expect(6);
  },
  'what leaves the selection is deleted for the watch, what enters it is added': async (s) => {
    const from = await versionNow(s);
    const watch = s.watch(configMaps, from, { labelSelector: 'colour=red' });
    await s.create(configMaps, 'a', { metadata: { labels: { colour: 'green' } } });
    await s.patch(configMaps, 'a', { metadata: { labels: { colour: 'red' } } });
    await s.patch(configMaps, 'a', { data: { text: 'one' } });
    await s.patch(configMaps, 'a', { metadata: { labels: { colour: 'blue' } } });
    await s.patch(configMaps, 'a', { data: { text: 'two' } });
    await s.create(configMaps, 'b', { metadata: { labels: { colour: 'red' } } });
    await s.delete(configMaps, 'a');
    await s.delete(configMaps, 'b');
    await watch.expect(5);
  },
  'a watch of fields follows them': async (s) => {
    const from = await versionNow(s);
    const watch = s.watch(pods, from, { fieldSelector: 'status.phase=Running' });
    await s.create(pods, 'a', s.pod({ nodeName: 'n' }));
    await s.patch(pods, 'a', { status: { phase: 'Running' } }, { subresource: 'status' });
    await s.patch(pods, 'a', { status: { phase: 'Succeeded' } }, { subresource: 'status' });
    await watch.expect(2);
  },
  'a deletion with finalizers is a change first': async (s) => {
    const from = await versionNow(s);
    await s.create(machines, s.own('a'), {
      spec: {},
      metadata: { finalizers: ['kaito.sh/test'], labels: { scenario: s.namespace } },
    });
    await s.delete(machines, s.own('a'));
    await s.patch(machines, s.own('a'), { metadata: { finalizers: null, labels: { last: 'yes' } } });
    await s.watch(machines, from, { labelSelector: `scenario=${s.namespace}` }).expect(3);
  },
  'an object that is re-created is told apart by its uid': async (s) => {
    const from = await versionNow(s);
    await s.create(configMaps, 'a', {});
    await s.delete(configMaps, 'a');
    await s.create(configMaps, 'a', {});
    await s.watch(configMaps, from).expect(3);
  },
  'a watch from version 0 begins with what is there': async (s) => {
    await s.create(configMaps, 'a', {});
    const first = s.watch(configMaps, '0');
    await first.expect(1);
    await s.create(configMaps, 'b', {});
    await s.watch(configMaps, '0', { fieldSelector: 'metadata.name=b' }).expect(1);
  },
  'a watch of one name sees no other': async (s) => {
    const from = await versionNow(s);
    await s.create(configMaps, 'a', {});
    await s.create(configMaps, 'b', {});
    await s.delete(configMaps, 'b');
    await s.watch(configMaps, from, { fieldSelector: 'metadata.name=b' }).expect(2);
  },
  'a watch from a version that is forgotten is told so': async (s) => {
    const { metadata } = await s.create(secrets, 'a', {});
    await s.patch(secrets, 'a', { data: { text: 'b25l' } });
    await s.patch(secrets, 'a', { data: { text: 'dHdv' } });
    await s.forget();
    await s.kindsOf(async () => s.watch(secrets, metadata.resourceVersion).expect(1));
  },
  'a watch that times out ends in good order': async (s) => {
    const { metadata } = await s.create(configMaps, 'a', {});
    await s.watch(configMaps, metadata.resourceVersion, {}, 1).expectTimeOut(metadata.resourceVersion);
  },
  'a watch is told of a status that is written': async (s) => {
    const from = await versionNow(s);
    await s.create(machines, s.own('a'), { spec: {}, metadata: { labels: { scenario: s.namespace } } });
    await s.patch(machines, s.own('a'), { status: { nodeName: 'n' } }, { subresource: 'status' });
    await s.patch(machines, s.own('a'), { status: { nodeName: 'n' } }, { subresource: 'status' });
    await s.delete(machines, s.own('a'));
    await s.watch(machines, from, { labelSelector: `scenario=${s.namespace}` }).expect(3);
  },
};
