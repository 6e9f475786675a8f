import type { ApiScript } from './api-script.ts';
import { kinds } from './kinds.ts';
import { aWorkspace } from './manifests.ts';

const { configMaps, deployments, machines, namespaces, nodes, pods, services, workspaces } = kinds;

const TUNING = { preset: { name: 'phi-3' }, method: 'qlora', input: { urls: ['x'] }, output: { image: 'y' } };

/** Defaults, rules and names. */
export const schemaScenarios: Readonly<Record<string, (script: ApiScript) => Promise<void>>> = {
  'a Workspace gets its defaults': async (s) => {
    await s.create(workspaces, 'a', {
      resource: { labelSelector: {} },
      inference: { preset: { name: 'phi-3', presetOptions: {} } },
    });
    await s.patch(workspaces, 'a', { inference: { adapters: [{ strength: '1', source: { name: 'x', image: 'y' } }] } });
    await s.apply(workspaces, 'b', { resource: { labelSelector: {} }, inference: { preset: { name: 'x' } } });
    await s.owners(workspaces, 'b');
    await s.create(workspaces, 'c', { inference: { template: { anything: [{ goes: null, here: { x: 1.5 } }] } } });
  },
  'a field that nobody knows is refused, not lost': async (s) => {
    await s.create(configMaps, 'a', { dada: { x: '1' } });
    await s.create(machines, s.own('a'), { spec: { taints: [{ key: 'k', effect: 'NoSchedule', size: 1 }] }, other: 1 });
    await s.create(machines, s.own('b'), { spec: {} });
    await s.patch(machines, s.own('b'), { spec: { dada: 'x' } });
    await s.patch(machines, s.own('b'), { status: { dada: 'x' } }, { subresource: 'status' });
    await s.create(configMaps, 'b', {});
    await s.patch(configMaps, 'b', { dada: 'x', metadata: { lables: { a: 'b' } } });
  },
  'a required field is missed': async (s) => {
    await s.create(workspaces, 'a', { resource: {}, inference: { preset: {} } });
    await s.create(machines, s.own('a'), { spec: { requirements: [{ key: 'x' }] } });
    await s.create(workspaces, 'b', aWorkspace);
    const conditions = [{ type: 'Ready', status: 'True' }];
    await s.patch(workspaces, 'b', { status: { conditions } }, { subresource: 'status' });
  },
  'a value of another type is refused': async (s) => {
    await s.create(workspaces, 'a', { ...aWorkspace, resource: { ...aWorkspace.resource, count: 'two' } });
    await s.create(workspaces, 'a', { ...aWorkspace, resource: { ...aWorkspace.resource, count: 1.5 } });
    await s.create(workspaces, 'a', { ...aWorkspace, inference: { preset: { name: 7 } } });
    await s.create(machines, s.own('a'), { spec: { taints: {} } });
    await s.create(machines, s.own('a'), { spec: { resources: 'none' } });
    await s.create(machines, s.own('a'), { spec: { machineTemplateRef: null } });
  },
  'a value outside its bounds is refused': async (s) => {
    await s.create(machines, s.own('a'), { spec: { kubelet: { maxPods: -1, imageGCHighThresholdPercent: 101 } } });
    await s.create(machines, s.own('a'), { spec: { resources: { requests: { cpu: 'lots' } } } });
    await s.create(machines, s.own('a'), { spec: { resources: { requests: { cpu: 2, memory: '1Gi' } } } });
    await s.create(workspaces, 'a', { ...aWorkspace, inference: { preset: { name: 'x', accessMode: 'secret' } } });
    const adapters = Array.from({ length: 11 }, () => ({ strength: '1' }));
    await s.create(workspaces, 'a', { ...aWorkspace, inference: { ...aWorkspace.inference, adapters } });
  },
  'a time that is none is refused': async (s) => {
    await s.create(workspaces, 'a', aWorkspace);
    const attempts = { windowStart: 'yesterday', count: 1 };
    await s.patch(workspaces, 'a', { status: { attempts } }, { subresource: 'status' });
    await s.patch(
      workspaces,
      'a',
      { status: { attempts: { ...attempts, windowStart: '2026-01-01T00:00:00.5Z' } } },
      { subresource: 'status' },
    );
  },
  'a Workspace infers or tunes': async (s) => {
    await s.create(workspaces, 'a', { resource: aWorkspace.resource });
    await s.create(workspaces, 'a', { ...aWorkspace, tuning: TUNING });
    await s.create(workspaces, 'a', { ...aWorkspace, inference: {} });
    await s.create(workspaces, 'a', { ...aWorkspace, inference: { preset: { name: 'x' }, template: {} } });
    await s.create(workspaces, 'a', { resource: aWorkspace.resource, tuning: TUNING });
  },
  'what a Workspace does cannot be toggled': async (s) => {
    await s.create(workspaces, 'a', aWorkspace);
    await s.patch(workspaces, 'a', { inference: null, tuning: TUNING });
    await s.patch(workspaces, 'a', { inference: { preset: null, template: {} } });
    await s.patch(workspaces, 'a', { inference: { preset: { name: 'other' } } });
  },
  'the resource of a Workspace cannot be changed': async (s) => {
    await s.create(workspaces, 'a', aWorkspace);
    await s.patch(workspaces, 'a', { resource: { count: 2 } });
    await s.patch(workspaces, 'a', { resource: { instanceType: 'Standard_NC12s_v3' } });
    await s.patch(workspaces, 'a', { resource: { labelSelector: { matchLabels: { apps: 'other' } } } });
    await s.patch(workspaces, 'a', { resource: { partition: { mode: 'mig' } } });
    await s.patch(workspaces, 'a', { resource: { preferredNodes: ['n1'] } });
    await s.apply(workspaces, 'a', { resource: { count: 3 } }, { isForced: true });
  },
  'a tuning method may change its case, nothing else': async (s) => {
    await s.create(workspaces, 'a', { resource: aWorkspace.resource, tuning: TUNING });
    await s.patch(workspaces, 'a', { tuning: { method: 'QLoRA' } });
    await s.patch(workspaces, 'a', { tuning: { method: 'lora' } });
  },
  'a bad name is refused': async (s) => {
    for (const name of ['A', 'a_b', '-a', 'a.', 'a'.repeat(254)]) {
      await s.create(machines, name, { spec: {} });
    }
    await s.create(configMaps, 'A', {});
    await s.create(configMaps, 'a'.repeat(254), {});
    await s.create(namespaces, 'a'.repeat(64), {});
    await s.create(services, 'a_b', { spec: { ports: [{ port: 80 }] } });
    await s.create(namespaces, 'a.b', {});
    await s.create(services, '1a', { spec: { ports: [{ port: 80 }] } }, { show: s.shownService });
    await s.create(services, 'a.b', { spec: { ports: [{ port: 80 }] } });
  },
  'a bad label is refused': async (s) => {
    await s.create(machines, s.own('a'), { spec: {}, metadata: { labels: { a: 'not so!' } } });
    await s.create(configMaps, 'a', { metadata: { labels: { a: 'x'.repeat(64) } } });
    await s.create(configMaps, 'a', { metadata: { labels: { a: '' } } });
    await s.patch(configMaps, 'a', { metadata: { labels: { a: 'b c' } } });
  },
  'a finalizer has a domain': async (s) => {
    await s.create(configMaps, 'a', { metadata: { finalizers: ['mine'] } });
    await s.create(machines, s.own('a'), { spec: {}, metadata: { finalizers: ['mine.kaito.sh'] } });
  },
  'a Deployment keeps its selector, and selects its pods': async (s) => {
    await s.create(deployments, 'a', {
      spec: { selector: { matchLabels: { app: 'y' } }, template: s.podTemplate({}) },
    });
    await s.create(deployments, 'a', s.deployment(), { show: () => 'created' });
    await s.kindsOf(async () => s.patch(deployments, 'a', { spec: { selector: { matchLabels: { app: 'y' } } } }));
  },
  'a Deployment counts generations by spec and annotations': async (s) => {
    await s.create(deployments, 'a', s.deployment());
    await s.patch(deployments, 'a', { metadata: { labels: { a: 'b' } } }, { show: s.shownMetadata });
    await s.patch(deployments, 'a', { metadata: { annotations: { a: 'b' } } }, { show: s.shownMetadata });
    await s.patch(deployments, 'a', { spec: { replicas: 2 } }, { show: s.shownMetadata });
    const body = { status: { replicas: 2, observedGeneration: 3 }, metadata: { labels: { a: 'c' } } };
    await s.patch(deployments, 'a', body, { subresource: 'status', show: s.shownMetadata });
  },
  'a node keeps its provider': async (s) => {
    await s.create(nodes, s.own('a'), {}, { show: s.shownMetadata });
    await s.patch(nodes, s.own('a'), { spec: { providerID: 'azure:///1' } }, { show: s.shownMetadata });
    await s.kindsOf(async () => s.patch(nodes, s.own('a'), { spec: { providerID: 'azure:///2' } }));
  },
  'a pod keeps its spec': async (s) => {
    await s.create(pods, 'a', s.pod({}));
    await s.kindsOf(async () => s.patch(pods, 'a', { spec: { restartPolicy: 'Never' } }));
    await s.patch(pods, 'a', { metadata: { labels: { a: 'b' } } }, { show: s.shownMetadata });
    await s.patch(pods, 'a', { spec: { activeDeadlineSeconds: 5 } }, { show: s.shownMetadata });
  },
};
