import type { ApiScript } from './api-script.ts';
import { kinds } from './kinds.ts';

const { configMaps, machines, nodes, pods, secrets, services } = kinds;

const COLOURS = { a: { colour: 'red', size: '1' }, b: { colour: 'green' }, c: { size: '2' }, d: {} };

async function colours(s: ApiScript): Promise<void> {
  for (const [name, labels] of Object.entries(COLOURS)) {
    await s.create(configMaps, name, { metadata: { labels } });
  }
}

async function selected(s: ApiScript, ...selectors: readonly string[]): Promise<void> {
  await colours(s);
  for (const labelSelector of selectors) {
    s.note('selector', labelSelector);
    await s.list(configMaps, { labelSelector });
  }
}

/** Selecting, sorting, paging. */
export const listScenarios: Readonly<Record<string, (script: ApiScript) => Promise<void>>> = {
  'a list comes in the order of names': async (s) => {
    for (const name of ['b', 'a.b', 'a-b', 'a', 'a1']) {
      await s.create(configMaps, name, {});
    }
    await s.list(configMaps);
  },
  'labels are selected by equality': async (s) =>
    selected(s, 'colour=red', 'colour==red', 'colour!=red', 'colour=red,size=1', 'colour = red', 'size='),
  'labels are selected by sets': async (s) =>
    selected(
      s,
      'colour in (red,green)',
      'colour notin (red)',
      'colour in (red), size notin (2)',
      'colour in ( red , x )',
    ),
  'labels are selected by presence': async (s) => selected(s, 'colour', '!colour', 'colour,!size', '! size'),
  'labels are selected by order': async (s) => selected(s, 'size>1', 'size<2'),
  'a selector that cannot be read is refused': async (s) => {
    await s.kindsOf(async () => s.list(configMaps, { labelSelector: 'a=b=c' }));
    await s.kindsOf(async () => s.list(configMaps, { labelSelector: 'a in b' }));
    await s.kindsOf(async () => s.list(configMaps, { fieldSelector: 'metadata.name' }));
  },
  'fields are selected by name': async (s) => {
    await colours(s);
    await s.list(configMaps, { fieldSelector: 'metadata.name=b' });
    await s.list(configMaps, { fieldSelector: `metadata.name!=b,metadata.namespace=${s.namespace}` });
    await s.list(configMaps, { fieldSelector: 'metadata.name=b', labelSelector: 'colour=red' });
    await s.list(machines, { fieldSelector: `metadata.name=${s.own('a')}` });
  },
  'a field that a kind is not selected by is refused': async (s) => {
    await s.list(configMaps, { fieldSelector: 'data.text=x' });
    await s.list(machines, { fieldSelector: 'status.nodeName=x' });
    await s.list(pods, { fieldSelector: 'spec.priority=x' });
    await s.list(nodes, { fieldSelector: 'status.phase=x' });
  },
  'pods are selected by node and phase': async (s) => {
    await s.create(pods, 'a', s.pod({ nodeName: 'n1' }));
    await s.create(pods, 'b', s.pod({}));
    await s.patch(pods, 'a', { status: { phase: 'Running' } }, { subresource: 'status' });
    for (const fieldSelector of [
      'spec.nodeName=n1',
      'spec.nodeName=',
      'spec.nodeName!=n1',
      'status.phase=Running',
      'status.phase!=Running',
    ]) {
      await s.list(pods, { fieldSelector });
    }
  },
  'nodes are selected by being shut off': async (s) => {
    const labelSelector = `scenario=${s.namespace}`;
    const metadata = { labels: { scenario: s.namespace } };
    await s.create(nodes, s.own('a'), { metadata, spec: { unschedulable: true } });
    await s.create(nodes, s.own('b'), { metadata });
    await s.list(nodes, { labelSelector, fieldSelector: 'spec.unschedulable=true' });
    await s.list(nodes, { labelSelector, fieldSelector: 'spec.unschedulable=false' });
  },
  'services are selected by type': async (s) => {
    await s.create(services, 'a', { spec: { ports: [{ port: 80 }] } }, { show: () => 'created' });
    await s.list(services, { fieldSelector: 'spec.type=ClusterIP' });
  },
  'pages show one state of the world, whatever happens between them': async (s) => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await s.create(configMaps, name, { metadata: { labels: { mine: 'yes' } } });
    }
    const first = await s.list(configMaps, { limit: 2, labelSelector: 'mine' });
    await s.delete(configMaps, 'c');
    await s.create(configMaps, 'bb', { metadata: { labels: { mine: 'yes' } } });
    await s.patch(configMaps, 'e', { metadata: { labels: { mine: null } } });
    const second = await s.nextPage(configMaps, first, { limit: 2, labelSelector: 'mine' });
    const third = await s.nextPage(configMaps, second, { limit: 2, labelSelector: 'mine' });
    const versions = new Set([first, second, third].map((page) => page?.resourceVersion));
    s.note('one version', versions.size === 1 && third?.continueToken === undefined);
    await s.list(configMaps, { limit: 2, labelSelector: 'mine' });
  },
  'a page that is exactly full is the last': async (s) => {
    await colours(s);
    const page = await s.list(configMaps, { limit: 4 });
    s.note('has more', page?.continueToken !== undefined);
    const all = await s.list(configMaps, { limit: 0 });
    s.note('has more', all?.continueToken !== undefined);
  },
  'a continuation that nobody gave is refused': async (s) => {
    await s.kindsOf(async () => s.list(configMaps, { limit: 1, continueToken: 'bm9uc2Vuc2U' }));
  },
  'a continuation of what is forgotten is refused': async (s) => {
    for (const name of ['a', 'b', 'c']) {
      await s.create(secrets, name, {});
    }
    const page = await s.list(secrets, { limit: 2 });
    await s.delete(secrets, 'c');
    await s.forget();
    await s.nextPage(secrets, page, { limit: 2 });
  },
  'a list tells the version it shows': async (s) => {
    const before = await s.list(configMaps);
    const { metadata } = await s.create(configMaps, 'a', {});
    const after = await s.list(configMaps);
    s.note('in order', [
      Number(before?.resourceVersion) < Number(metadata.resourceVersion),
      Number(after?.resourceVersion) >= Number(metadata.resourceVersion),
    ]);
  },
};
