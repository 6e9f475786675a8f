import type { ApiScript } from './api-script.ts';
import { kinds } from './kinds.ts';
import { aWorkspace } from './manifests.ts';

const { configMaps, machines, namespaces, workspaces } = kinds;

/** Names, versions and generations: what every write goes through. */
export const storeScenarios: Readonly<Record<string, (script: ApiScript) => Promise<void>>> = {
  'a create is answered with what is stored': async (s) => {
    await s.create(configMaps, 'a', { metadata: { labels: { colour: 'red' } }, data: { text: 'one' } });
    await s.get(configMaps, 'a');
  },
  'a name is taken once': async (s) => {
    await s.create(configMaps, 'a', { data: { text: 'one' } });
    await s.create(configMaps, 'a', { data: { text: 'two' } });
    await s.create(machines, s.own('a'), { spec: {} });
    await s.create(machines, s.own('a'), { spec: {} });
    await s.get(configMaps, 'a');
  },
  'an object wants a namespace that is there': async (s) => {
    await s.create(configMaps, 'a', { metadata: { namespace: 'nowhere' } });
    await s.apply(configMaps, 'a', { metadata: { namespace: 'nowhere' } });
  },
  'a client cannot say what the server says': async (s) => {
    await s.create(workspaces, 'a', {
      ...aWorkspace,
      metadata: {
        uid: '11111111-2222-3333-4444-555555555555',
        generation: 7,
        creationTimestamp: '2020-01-01T00:00:00Z',
        deletionTimestamp: '2020-01-01T00:00:00Z',
      },
      status: { workerNodes: ['x'] },
    });
    await s.create(configMaps, 'b', { metadata: { resourceVersion: '5' } });
  },
  'a name is made up from its beginning': async (s) => {
    const { metadata } = await s.createUnnamed(configMaps, 'some-');
    s.note('begins as asked', metadata.name.startsWith('some-') && metadata.name.length === 10);
    await s.createUnnamed(configMaps, undefined);
  },
  'a new spec is a new generation, labels and status are not': async (s) => {
    await s.create(workspaces, 'a', aWorkspace);
    await s.patch(workspaces, 'a', { metadata: { labels: { colour: 'red' } } });
    await s.patch(workspaces, 'a', { status: { workerNodes: ['x'] } }, { subresource: 'status' });
    await s.patch(workspaces, 'a', { inference: { config: 'mine' } });
    await s.patch(workspaces, 'a', { inference: { config: 'mine' } });
    await s.patch(workspaces, 'a', { metadata: { annotations: { note: 'x' } } });
  },
  'a write of the object leaves the status, and the other way round': async (s) => {
    await s.create(machines, s.own('a'), { spec: {}, status: { nodeName: 'early' } });
    await s.patch(machines, s.own('a'), { spec: { taints: [] }, status: { nodeName: 'wrong way' } });
    await s.patch(
      machines,
      s.own('a'),
      {
        metadata: { labels: { lost: 'yes' } },
        spec: { machineTemplateRef: { name: 'lost' } },
        status: { nodeName: 'n' },
      },
      { subresource: 'status' },
    );
    await s.patch(machines, s.own('a'), { spec: { machineTemplateRef: { name: 'kept' } } });
  },
  'a patch that names a version is refused once the object has changed': async (s) => {
    const { metadata } = await s.create(configMaps, 'a', { data: { text: 'one' } });
    const { resourceVersion } = metadata;
    await s.patch(configMaps, 'a', { metadata: { resourceVersion }, data: { text: 'two' } });
    await s.patch(configMaps, 'a', { metadata: { resourceVersion }, data: { text: 'three' } });
    const machine = await s.create(machines, s.own('a'), { spec: {} });
    await s.patch(machines, s.own('a'), { metadata: { labels: { a: 'b' } } });
    const body = { metadata: { resourceVersion: machine.metadata.resourceVersion }, status: { nodeName: 'n' } };
    await s.patch(machines, s.own('a'), body, { subresource: 'status' });
  },
  'a patch that names a uid is refused once there is another object of the name': async (s) => {
    const { metadata } = await s.create(configMaps, 'a', { data: { text: 'one' } });
    await s.delete(configMaps, 'a');
    await s.create(configMaps, 'a', { data: { text: 'one' } });
    await s.patch(configMaps, 'a', { metadata: { uid: metadata.uid }, data: { text: 'two' } });
    const machine = await s.create(machines, s.own('a'), { spec: {} });
    await s.delete(machines, s.own('a'));
    await s.create(machines, s.own('a'), { spec: {} });
    const body = { metadata: { uid: machine.metadata.uid }, status: { nodeName: 'n' } };
    await s.patch(machines, s.own('a'), body, { subresource: 'status' });
    await s.patch(machines, s.own('a'), { metadata: { uid: machine.metadata.uid, labels: { a: 'b' } } });
  },
  'a patch of nothing changes no version': async (s) => {
    await s.create(configMaps, 'a', { metadata: { labels: { colour: 'red' } }, data: { text: 'one' } });
    await s.patch(configMaps, 'a', {});
    await s.patch(configMaps, 'a', { data: { text: 'one' } });
    await s.patch(configMaps, 'a', { metadata: { annotations: {} } });
    await s.patch(configMaps, 'a', { metadata: { annotations: null, finalizers: [] } });
  },
  'a patch cannot touch what the server keeps': async (s) => {
    await s.create(workspaces, 'a', aWorkspace);
    await s.patch(workspaces, 'a', { metadata: { generation: 9 } });
    await s.patch(workspaces, 'a', { metadata: { name: 'b' } });
    await s.patch(workspaces, 'a', { metadata: { creationTimestamp: '2020-01-01T00:00:00Z' } });
    await s.patch(workspaces, 'a', { metadata: { deletionTimestamp: '2020-01-01T00:00:00Z' } });
    await s.patch(workspaces, 'a', { kind: 'Other' });
  },
  'what is not there cannot be written': async (s) => {
    await s.get(configMaps, 'a');
    await s.patch(configMaps, 'a', { data: { text: 'one' } });
    await s.patch(machines, s.own('a'), { status: { nodeName: 'n' } }, { subresource: 'status' });
    await s.apply(machines, s.own('a'), { status: { nodeName: 'n' } }, { subresource: 'status' });
    await s.delete(configMaps, 'a');
  },
  'a merge patch removes nulls, replaces lists, and merges the rest': async (s) => {
    await s.create(machines, s.own('a'), {
      metadata: { labels: { a: '1', b: '2' } },
      spec: {
        requirements: [{ key: 'x', operator: 'In', values: ['1'] }],
        resources: { requests: { storage: '1Gi' } },
      },
    });
    await s.patch(machines, s.own('a'), {
      metadata: { labels: { a: null, c: '3' } },
      spec: { requirements: [{ key: 'y', operator: 'Exists' }], resources: { requests: { cpu: 2 } }, taints: null },
    });
    await s.patch(machines, s.own('a'), { spec: { resources: null }, metadata: { labels: null } });
  },
  'a status that is null is none': async (s) => {
    await s.create(machines, s.own('a'), { spec: {} });
    await s.patch(machines, s.own('a'), { status: { nodeName: 'n', providerID: 'p' } }, { subresource: 'status' });
    await s.patch(machines, s.own('a'), { status: { nodeName: null } }, { subresource: 'status' });
    await s.patch(machines, s.own('a'), { status: null }, { subresource: 'status' });
  },
  'an object that is re-created has another uid': async (s) => {
    await s.create(configMaps, 'a', {});
    await s.delete(configMaps, 'a');
    await s.create(configMaps, 'a', {});
  },
  'a namespace has a label with its name': async (s) => {
    await s.create(namespaces, s.own('a'), { metadata: { labels: { mine: 'yes' } } });
    await s.list(namespaces, { labelSelector: `kubernetes.io/metadata.name=${s.own('a')}` });
  },
};
