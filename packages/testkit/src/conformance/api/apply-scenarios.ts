import type { ApiScript, Body } from './api-script.ts';
import { kinds } from './kinds.ts';
import { aWorkspace } from './manifests.ts';

const { configMaps, deployments, machines, nodes, services, workspaces } = kinds;

const ONE = { fieldManager: 'one' } as const;
const TWO = { fieldManager: 'two' } as const;
const SERVICE = { selector: { app: 'x' }, ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 5000 }] };

function condition(type: string, is: 'True' | 'False') {
  return { type, status: is, reason: 'Because', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' };
}

function status(...conditions: readonly object[]): Body {
  return { status: { conditions } };
}

function statusTrue(...types: readonly string[]): Body {
  return status(...types.map((type) => condition(type, 'True')));
}

function owner(name: string): Body {
  return { apiVersion: 'v1', kind: 'ConfigMap', name, uid: `uid-of-${name}` };
}

function requirement(key: string): Body {
  return { key, operator: 'Exists' };
}

/** Server-side apply: who owns which field. */
export const applyScenarios: Readonly<Record<string, (script: ApiScript) => Promise<void>>> = {
  'an apply makes what is not there, and owns what it said': async (s) => {
    await s.apply(configMaps, 'a', { metadata: { labels: { colour: 'red' } }, data: { text: 'one' } }, ONE);
    await s.owners(configMaps, 'a');
  },
  'the same apply again changes no version': async (s) => {
    await s.apply(configMaps, 'a', { data: { text: 'one' } }, ONE);
    await s.apply(configMaps, 'a', { data: { text: 'one' } }, ONE);
    await s.apply(deployments, 'a', s.deployment(), { ...ONE, show: () => 'applied' });
    const first = await s.get(deployments, 'a', () => 'there');
    const again = await s.apply(deployments, 'a', s.deployment(), { ...ONE, show: () => 'applied' });
    s.note('same version', first?.metadata.resourceVersion === again.metadata.resourceVersion);
  },
  'an apply that names a version cannot be repeated once it has changed something': async (s) => {
    const { metadata } = await s.apply(configMaps, 'a', { data: { text: 'one' } });
    const { resourceVersion } = metadata;
    await s.apply(configMaps, 'a', { data: { text: 'two' }, metadata: { resourceVersion } });
    await s.apply(configMaps, 'a', { data: { text: 'two' }, metadata: { resourceVersion } });
    await s.apply(configMaps, 'a', { data: { text: 'two' } });
  },
  'an apply that another has undone is no repetition': async (s) => {
    await s.apply(configMaps, 'a', { data: { text: 'one' } });
    await s.patch(configMaps, 'a', { data: { text: 'two' } }, { fieldManager: 'another' });
    await s.patch(configMaps, 'a', { data: { text: 'one' } }, { fieldManager: 'another' });
    await s.apply(configMaps, 'a', { data: { text: 'one' } });
    await s.owners(configMaps, 'a');
    await s.apply(configMaps, 'a', { data: { text: 'one' } });
    await s.owners(configMaps, 'a');
  },
  'what is applied no longer is removed': async (s) => {
    await s.apply(configMaps, 'a', { metadata: { labels: { a: '1', b: '2' } }, data: { x: '1', y: '2' } }, ONE);
    await s.apply(configMaps, 'a', { metadata: { labels: { b: '2' } }, data: { x: '1' } }, ONE);
    await s.apply(configMaps, 'a', {}, ONE);
    await s.owners(configMaps, 'a');
  },
  'another value of what another owns is a conflict': async (s) => {
    await s.apply(configMaps, 'a', { data: { x: '1', y: '2' } }, ONE);
    await s.apply(configMaps, 'a', { data: { x: '9' } }, TWO);
    await s.apply(configMaps, 'a', { data: { x: '9', y: '9' } }, TWO);
    await s.get(configMaps, 'a');
    await s.owners(configMaps, 'a');
  },
  'conflicts with several owners are told by owner': async (s) => {
    await s.apply(configMaps, 'a', { data: { x: '1' } }, ONE);
    await s.apply(configMaps, 'a', { data: { y: '1' }, metadata: { labels: { 'kaito.sh/x': 'a' } } }, TWO);
    await s.apply(
      configMaps,
      'a',
      { data: { x: '3', y: '3' }, metadata: { labels: { 'kaito.sh/x': 'b' } } },
      { fieldManager: 'three' },
    );
  },
  'force takes fields over': async (s) => {
    await s.apply(configMaps, 'a', { data: { x: '1', y: '2' } }, ONE);
    await s.apply(configMaps, 'a', { data: { x: '9' } }, { ...TWO, isForced: true });
    await s.owners(configMaps, 'a');
    await s.apply(configMaps, 'a', { data: { x: '1', y: '2' } }, ONE);
    await s.apply(configMaps, 'a', { data: { y: '2' } }, ONE);
    await s.get(configMaps, 'a');
    await s.owners(configMaps, 'a');
  },
  'the same value is owned together, and goes with the last owner': async (s) => {
    await s.apply(configMaps, 'a', { data: { x: '1' } }, ONE);
    await s.apply(configMaps, 'a', { data: { x: '1' } }, TWO);
    await s.owners(configMaps, 'a');
    await s.apply(configMaps, 'a', {}, ONE);
    await s.get(configMaps, 'a');
    await s.apply(configMaps, 'a', { data: { y: '1' } }, TWO);
    await s.owners(configMaps, 'a');
  },
  'a patch takes what it changes, and an apply against it conflicts': async (s) => {
    await s.apply(configMaps, 'a', { data: { x: '1', y: '2' } }, ONE);
    await s.patch(configMaps, 'a', { data: { x: '5' } }, { fieldManager: 'hand' });
    await s.owners(configMaps, 'a');
    await s.apply(configMaps, 'a', { data: { x: '1', y: '2' } }, ONE);
    await s.apply(configMaps, 'a', { data: { x: '1', y: '2' } }, { ...ONE, isForced: true });
    await s.owners(configMaps, 'a');
  },
  'a patch of the same value takes nothing': async (s) => {
    await s.apply(configMaps, 'a', { data: { x: '1' } }, ONE);
    await s.patch(configMaps, 'a', { data: { x: '1' } }, { fieldManager: 'hand' });
    await s.owners(configMaps, 'a');
  },
  'a patch that removes a field leaves it to nobody': async (s) => {
    await s.apply(configMaps, 'a', { data: { x: '1', y: '2' } }, ONE);
    await s.patch(configMaps, 'a', { data: { x: null } }, { fieldManager: 'hand' });
    await s.owners(configMaps, 'a');
    await s.apply(configMaps, 'a', { data: { x: '1', y: '2' } }, ONE);
  },
  'a create owns all that it said': async (s) => {
    await s.create(
      machines,
      s.own('a'),
      { metadata: { labels: { a: '1' } }, spec: { machineTemplateRef: { name: 'x' } } },
      { fieldManager: 'maker' },
    );
    await s.owners(machines, s.own('a'));
    await s.apply(machines, s.own('a'), { spec: { machineTemplateRef: { name: 'y' } } }, ONE);
    await s.apply(machines, s.own('a'), { metadata: { labels: { a: '1', b: '2' } } }, ONE);
    await s.apply(machines, s.own('a'), { metadata: { labels: {} } }, ONE);
    await s.owners(machines, s.own('a'));
  },
  'one name may apply and write otherwise, as two owners': async (s) => {
    await s.create(configMaps, 'a', { data: { x: '1' } }, ONE);
    await s.apply(configMaps, 'a', { data: { x: '2' } }, ONE);
    await s.apply(configMaps, 'a', { data: { x: '2' } }, { ...ONE, isForced: true });
    await s.owners(configMaps, 'a');
    await s.apply(configMaps, 'a', {}, ONE);
  },
  'a status that is applied has owners of its own': async (s) => {
    await s.create(workspaces, 'a', aWorkspace, { fieldManager: 'maker' });
    const early = { conditions: [condition('Ready', 'False')], workerNodes: ['n1'] };
    await s.apply(workspaces, 'a', { status: early }, { ...ONE, subresource: 'status' });
    await s.owners(workspaces, 'a');
    await s.apply(workspaces, 'a', { status: early }, { ...ONE, subresource: 'status' });
    await s.apply(
      workspaces,
      'a',
      { status: { conditions: [condition('Ready', 'True')] } },
      { ...ONE, subresource: 'status' },
    );
    await s.owners(workspaces, 'a');
  },
  'conditions are merged by type': async (s) => {
    await s.create(workspaces, 'a', aWorkspace);
    await s.apply(workspaces, 'a', status(condition('A', 'True'), condition('B', 'True')), {
      ...ONE,
      subresource: 'status',
    });
    await s.apply(workspaces, 'a', status(condition('C', 'True')), { ...TWO, subresource: 'status' });
    await s.apply(workspaces, 'a', status(condition('B', 'False')), { ...ONE, subresource: 'status' });
    await s.apply(workspaces, 'a', status(condition('B', 'True')), { ...TWO, subresource: 'status' });
    await s.apply(workspaces, 'a', status(condition('B', 'True'), condition('A', 'True')), {
      ...ONE,
      subresource: 'status',
      isForced: true,
    });
    await s.owners(workspaces, 'a');
    await s.apply(workspaces, 'a', { status: {} }, { ...ONE, subresource: 'status' });
    await s.apply(workspaces, 'a', { status: {} }, { ...TWO, subresource: 'status' });
  },
  'an applied status leaves the rest, and an applied object the status': async (s) => {
    await s.apply(workspaces, 'a', { ...aWorkspace, status: { workerNodes: ['x'] } }, ONE);
    await s.apply(
      workspaces,
      'a',
      { metadata: { labels: { lost: 'yes' } }, status: { workerNodes: ['n'] } },
      { ...ONE, subresource: 'status' },
    );
    await s.apply(workspaces, 'a', aWorkspace, ONE);
    await s.owners(workspaces, 'a');
  },
  'an apply of another uid or version is refused': async (s) => {
    const { metadata } = await s.create(workspaces, 'a', aWorkspace);
    const { resourceVersion } = metadata;
    await s.apply(
      workspaces,
      'a',
      { metadata: { uid: 'another' }, status: { workerNodes: ['n'] } },
      { ...ONE, subresource: 'status' },
    );
    await s.apply(workspaces, 'a', { metadata: { uid: 'another', labels: { a: 'b' } } }, ONE);
    await s.patch(workspaces, 'a', { metadata: { labels: { a: 'c' } } });
    await s.apply(workspaces, 'a', { metadata: { resourceVersion, labels: { a: 'b' } } }, ONE);
    await s.apply(
      workspaces,
      'a',
      { metadata: { resourceVersion }, status: { workerNodes: ['n'] } },
      { ...ONE, subresource: 'status' },
    );
    await s.apply(workspaces, 'b', { ...aWorkspace, metadata: { uid: metadata.uid } }, ONE);
  },
  'a field that nobody knows cannot be applied': async (s) => {
    await s.apply(configMaps, 'a', { dada: { x: '1' } }, ONE);
    await s.apply(machines, s.own('a'), { spec: { dada: 'x' } }, ONE);
  },
  'ports of a Service are told apart by number and protocol': async (s) => {
    await s.apply(services, 'a', { spec: SERVICE }, { ...ONE, show: s.shownService });
    await s.owners(services, 'a');
    const ports = [{ name: 'dns', port: 80, protocol: 'UDP' }];
    await s.apply(services, 'a', { spec: { ports } }, { ...TWO, show: s.shownService });
    await s.apply(
      services,
      'a',
      { spec: { ...SERVICE, ports: [{ name: 'web', port: 8080 }] } },
      { ...ONE, show: s.shownService },
    );
    await s.owners(services, 'a');
  },
  'a selector is owned as one': async (s) => {
    await s.apply(services, 'a', { spec: SERVICE }, { ...ONE, show: s.shownService });
    await s.apply(services, 'a', { spec: { selector: { app: 'y' } } }, { ...TWO, show: s.shownService });
    await s.apply(services, 'a', { spec: { selector: { app: 'x' } } }, { ...TWO, show: s.shownService });
    await s.apply(
      services,
      'a',
      { spec: { ...SERVICE, selector: { other: 'z' } } },
      { ...ONE, isForced: true, show: s.shownService },
    );
    await s.owners(services, 'a');
  },
  'containers and variables are told apart by name': async (s) => {
    const container = {
      name: 'main',
      image: 'main:1',
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
    };
    const spec = (...containers: readonly object[]): Body => s.deployment({ template: s.podTemplate({ containers }) });
    await s.apply(deployments, 'a', spec(container), ONE);
    await s.patch(
      deployments,
      'a',
      { metadata: { annotations: { note: 'by hand' } }, spec: { replicas: 3 } },
      { fieldManager: 'hand' },
    );
    await s.apply(
      deployments,
      'a',
      spec({ ...container, env: [{ name: 'B', value: '2' }] }, { name: 'side', image: 'side:2' }),
      ONE,
    );
    await s.owners(deployments, 'a');
    await s.apply(deployments, 'a', spec({ name: 'side', image: 'side:2' }), ONE);
    await s.owners(deployments, 'a');
  },
  'a field that is left out gets its default back': async (s) => {
    await s.apply(deployments, 'a', s.deployment({ replicas: 3, progressDeadlineSeconds: 5 }), ONE);
    await s.apply(deployments, 'a', s.deployment(), ONE);
    await s.owners(deployments, 'a');
  },
  'finalizers are a set, owner references are told apart by uid': async (s) => {
    await s.apply(configMaps, 'a', { metadata: { finalizers: ['kaito.sh/a'], ownerReferences: [owner('x')] } }, ONE);
    await s.apply(configMaps, 'a', { metadata: { finalizers: ['kaito.sh/b'], ownerReferences: [owner('y')] } }, TWO);
    await s.owners(configMaps, 'a');
    await s.apply(configMaps, 'a', { metadata: { ownerReferences: [owner('x')] } }, ONE);
    await s.patch(configMaps, 'a', { metadata: { finalizers: null } });
    await s.owners(configMaps, 'a');
  },
  'lists without keys are owned as one': async (s) => {
    await s.apply(machines, s.own('a'), { spec: { requirements: [requirement('x'), requirement('y')] } }, ONE);
    await s.apply(machines, s.own('a'), { spec: { requirements: [requirement('z')] } }, TWO);
    await s.apply(machines, s.own('a'), { spec: { requirements: [requirement('z')] } }, ONE);
    await s.owners(machines, s.own('a'));
    await s.apply(machines, s.own('a'), { spec: {} }, ONE);
  },
  'the order of items is the order of the last to apply': async (s) => {
    await s.create(workspaces, 'a', aWorkspace);
    await s.apply(workspaces, 'a', statusTrue('A', 'B', 'C'), { ...ONE, subresource: 'status' });
    await s.apply(workspaces, 'a', statusTrue('X', 'B'), { ...TWO, subresource: 'status' });
    await s.apply(workspaces, 'a', statusTrue('C', 'D', 'A', 'B'), { ...ONE, subresource: 'status' });
    await s.apply(workspaces, 'a', statusTrue('B', 'Y', 'X'), { ...TWO, subresource: 'status' });
  },
  'a pod template of ours is owned field by field': async (s) => {
    const template = { spec: { containers: [{ name: 'x', args: ['a', 'b'] }], nodeSelector: { a: 'b' } } };
    await s.apply(workspaces, 'a', { ...aWorkspace, inference: { template } }, ONE);
    await s.owners(workspaces, 'a');
    await s.apply(workspaces, 'a', { inference: { template: { spec: { nodeSelector: { c: 'd' } } } } }, TWO);
    await s.apply(workspaces, 'a', { ...aWorkspace, inference: { template: { spec: { containers: [] } } } }, ONE);
    await s.owners(workspaces, 'a');
  },
  'a node has the labels of all that write it': async (s) => {
    await s.create(
      nodes,
      s.own('n'),
      { metadata: { labels: { a: '1' } } },
      { fieldManager: 'kubelet', show: s.shownMetadata },
    );
    await s.apply(nodes, s.own('n'), { metadata: { labels: { b: '2' } } }, { ...ONE, show: s.shownMetadata });
    await s.patch(nodes, s.own('n'), { metadata: { labels: { c: '3' } } }, { ...TWO, show: s.shownMetadata });
    await s.owners(nodes, s.own('n'));
    await s.apply(nodes, s.own('n'), {}, { ...ONE, show: s.shownMetadata });
    await s.owners(nodes, s.own('n'));
  },
};
