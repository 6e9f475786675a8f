import type { ApiScript } from './api-script.ts';
import { kinds } from './kinds.ts';
import { aWorkspace } from './manifests.ts';

const { configMaps, deployments, jobs, machines, pods, workspaces } = kinds;

const FINALIZER = 'kaito.sh/test';

/** Finalizers, preconditions, grace, propagation. */
export const deleteScenarios: Readonly<Record<string, (script: ApiScript) => Promise<void>>> = {
  'what has no finalizer goes at once': async (s) => {
    await s.create(configMaps, 'a', {});
    await s.delete(configMaps, 'a');
    await s.get(configMaps, 'a');
    await s.delete(configMaps, 'a');
  },
  'what has a finalizer stays until it is taken off': async (s) => {
    await s.create(workspaces, 'a', { ...aWorkspace, metadata: { finalizers: [FINALIZER, 'kaito.sh/other'] } });
    await s.delete(workspaces, 'a');
    await s.get(workspaces, 'a');
    await s.patch(workspaces, 'a', { metadata: { finalizers: ['kaito.sh/other'] } });
    await s.patch(workspaces, 'a', { metadata: { finalizers: [] } });
    await s.get(workspaces, 'a');
  },
  'deleting twice changes nothing': async (s) => {
    await s.create(machines, s.own('a'), { spec: {}, metadata: { finalizers: [FINALIZER] } });
    await s.delete(machines, s.own('a'));
    await s.get(machines, s.own('a'));
    await s.delete(machines, s.own('a'));
    await s.get(machines, s.own('a'));
    await s.patch(machines, s.own('a'), { metadata: { finalizers: null } });
  },
  'what is being deleted can be written, but gets no new finalizer': async (s) => {
    await s.create(machines, s.own('a'), { spec: {}, metadata: { finalizers: [FINALIZER] } });
    await s.delete(machines, s.own('a'));
    await s.patch(machines, s.own('a'), { metadata: { labels: { a: 'b' } } });
    await s.patch(machines, s.own('a'), { status: { nodeName: 'n' } }, { subresource: 'status' });
    await s.patch(machines, s.own('a'), { spec: { machineTemplateRef: { name: 'x' } } });
    await s.patch(machines, s.own('a'), { metadata: { finalizers: [FINALIZER, 'kaito.sh/late'] } });
    await s.create(machines, s.own('a'), { spec: {} });
    await s.patch(machines, s.own('a'), { metadata: { finalizers: null } });
  },
  'a delete of another uid or version is refused': async (s) => {
    const { metadata } = await s.create(configMaps, 'a', {});
    await s.delete(configMaps, 'a', { preconditions: { uid: 'another' } });
    await s.patch(configMaps, 'a', { data: { text: 'new' } });
    await s.delete(configMaps, 'a', { preconditions: { resourceVersion: metadata.resourceVersion } });
    await s.delete(configMaps, 'a', { preconditions: { uid: metadata.uid } });
    const machine = await s.create(machines, s.own('a'), { spec: {} });
    await s.delete(machines, s.own('a'), { preconditions: { uid: 'another' } });
    const { uid, resourceVersion } = machine.metadata;
    await s.delete(machines, s.own('a'), { preconditions: { uid, resourceVersion } });
    await s.get(machines, s.own('a'));
  },
  'a foreground delete waits for the dependents': async (s) => {
    await s.create(configMaps, 'a', {});
    await s.delete(configMaps, 'a', { propagationPolicy: 'Foreground' });
    await s.get(configMaps, 'a');
    await s.delete(configMaps, 'a', { propagationPolicy: 'Background' });
    await s.get(configMaps, 'a');
  },
  'an orphaning delete waits for the dependents to be let go': async (s) => {
    await s.create(workspaces, 'a', aWorkspace);
    await s.delete(workspaces, 'a', { propagationPolicy: 'Orphan' });
    await s.get(workspaces, 'a');
    await s.patch(workspaces, 'a', { metadata: { finalizers: null } });
    await s.get(workspaces, 'a');
  },
  'a job leaves its pods behind unless told otherwise': async (s) => {
    await s.create(
      jobs,
      'a',
      { spec: { template: s.podTemplate({ restartPolicy: 'Never' }) } },
      { show: () => 'created' },
    );
    await s.delete(jobs, 'a');
    const job = await s.get(jobs, 'a', ({ metadata }) => metadata.finalizers);
    s.note('is marked', job?.metadata.deletionTimestamp !== undefined);
  },
  'a deployment goes at once': async (s) => {
    await s.create(deployments, 'a', s.deployment(), { show: () => 'created' });
    await s.delete(deployments, 'a', { propagationPolicy: 'Background' });
    await s.get(deployments, 'a');
  },
  'a pod that no node has goes at once': async (s) => {
    await s.create(pods, 'a', s.pod({}));
    await s.delete(pods, 'a');
    await s.get(pods, 'a');
  },
  'a pod on a node is given its time': async (s) => {
    await s.create(pods, 'a', s.pod({ nodeName: 'n', terminationGracePeriodSeconds: 7 }));
    await s.delete(pods, 'a');
    await s.get(pods, 'a');
    await s.delete(pods, 'a', { gracePeriodSeconds: 20 });
    await s.get(pods, 'a');
    await s.delete(pods, 'a', { gracePeriodSeconds: 3 });
    await s.get(pods, 'a');
    await s.delete(pods, 'a', { gracePeriodSeconds: 0 });
    await s.get(pods, 'a');
  },
  'a pod that has ended goes at once': async (s) => {
    await s.create(pods, 'a', s.pod({ nodeName: 'n' }));
    await s.patch(pods, 'a', { status: { phase: 'Succeeded' } }, { subresource: 'status' });
    await s.delete(pods, 'a');
    await s.get(pods, 'a');
  },
  'a pod with a finalizer outlives its time': async (s) => {
    await s.create(pods, 'a', { ...s.pod({ nodeName: 'n' }), metadata: { finalizers: [FINALIZER] } });
    await s.delete(pods, 'a', { gracePeriodSeconds: 5 });
    await s.patch(pods, 'a', { metadata: { finalizers: null } });
    await s.get(pods, 'a');
    await s.delete(pods, 'a', { gracePeriodSeconds: 0 });
    await s.get(pods, 'a');
  },
  'a forced delete of a pod does not wait for its node, but for its finalizers': async (s) => {
    await s.create(pods, 'a', { ...s.pod({ nodeName: 'n' }), metadata: { finalizers: [FINALIZER] } });
    await s.delete(pods, 'a', { gracePeriodSeconds: 0 });
    await s.get(pods, 'a');
    await s.patch(pods, 'a', { metadata: { finalizers: null } });
    await s.get(pods, 'a');
  },
};
