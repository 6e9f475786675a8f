import { kinds } from '../api/kinds.ts';
import { aWorkspace } from '../api/manifests.ts';
import type { CollectionScript } from './collection-script.ts';

const { configMaps, machines, namespaces, secrets, workspaces } = kinds;

const FINALIZER = 'kaito.sh/test';
const ANOTHER = '11111111-1111-4111-8111-111111111111';

/** Owners that go, or never were. */
export const backgroundScenarios: Readonly<Record<string, (script: CollectionScript) => Promise<void>>> = {
  'a dependent goes after its owner': async (s) => {
    const owner = await s.create(configMaps, 'owner');
    await s.owned(configMaps, 'a', [s.by(owner)]);
    await s.owned(secrets, 'b', [s.blocking(owner)]);
    await s.rest([configMaps, 'a'], [secrets, 'b']);
    await s.delete(configMaps, 'owner');
    await s.rest([configMaps, 'owner'], [configMaps, 'a'], [secrets, 'b']);
  },
  'dependents of dependents go, too': async (s) => {
    const owner = await s.create(workspaces, 'owner', aWorkspace);
    const child = await s.owned(configMaps, 'a', [s.by(owner)]);
    await s.owned(secrets, 'b', [s.by(child)]);
    await s.delete(workspaces, 'owner', { propagationPolicy: 'Background' });
    await s.rest([configMaps, 'a'], [secrets, 'b']);
  },
  'an owner with a finalizer keeps its dependents until it is gone': async (s) => {
    const owner = await s.create(workspaces, 'owner', { ...aWorkspace, metadata: { finalizers: [FINALIZER] } });
    await s.owned(configMaps, 'a', [s.by(owner)]);
    await s.delete(workspaces, 'owner');
    await s.rest([workspaces, 'owner'], [configMaps, 'a']);
    await s.patch(workspaces, 'owner', { metadata: { finalizers: null } }, { show: () => 'free' });
    await s.rest([workspaces, 'owner'], [configMaps, 'a']);
  },
  'a dependent with a finalizer is marked, and its own dependents stay': async (s) => {
    const owner = await s.create(configMaps, 'owner');
    const child = await s.owned(configMaps, 'a', [s.by(owner)], { metadata: { finalizers: [FINALIZER] } });
    await s.owned(configMaps, 'b', [s.by(child)]);
    await s.delete(configMaps, 'owner');
    await s.rest([configMaps, 'a'], [configMaps, 'b']);
    await s.patch(configMaps, 'a', { metadata: { finalizers: null } }, { show: () => 'free' });
    await s.rest([configMaps, 'a'], [configMaps, 'b']);
  },
  'a dependent stays as long as one of its owners does, and forgets the others': async (s) => {
    const [one, two] = [await s.create(configMaps, 'one'), await s.create(configMaps, 'two')];
    await s.owned(configMaps, 'a', [s.by(one), s.by(two)]);
    await s.delete(configMaps, 'one');
    await s.rest([configMaps, 'a']);
    await s.delete(configMaps, 'two');
    await s.rest([configMaps, 'a']);
  },
  'an owner that never was is absent': async (s) => {
    const { metadata: _, ...owner } = await s.create(configMaps, 'owner');
    const never = s.by({
      ...owner,
      metadata: { name: 'never', uid: ANOTHER, resourceVersion: '', creationTimestamp: '' },
    });
    await s.owned(configMaps, 'a', [never]);
    await s.owned(workspaces, 'b', [never], aWorkspace);
    await s.rest([configMaps, 'a'], [workspaces, 'b']);
  },
  'an owner of another uid is absent': async (s) => {
    const owner = await s.create(workspaces, 'owner', aWorkspace);
    await s.owned(configMaps, 'a', [{ ...s.by(owner), uid: ANOTHER }]);
    await s.owned(configMaps, 'b', [{ ...s.by(owner), uid: ANOTHER }, s.by(owner)]);
    await s.rest([workspaces, 'owner'], [configMaps, 'a'], [configMaps, 'b']);
  },
  'a dependent of an owner that was re-created goes': async (s) => {
    const owner = await s.create(workspaces, 'owner', aWorkspace);
    await s.owned(configMaps, 'a', [s.by(owner)]);
    await s.delete(workspaces, 'owner');
    const next = await s.create(workspaces, 'owner', aWorkspace);
    await s.owned(configMaps, 'b', [s.by(next)]);
    await s.rest([configMaps, 'a'], [configMaps, 'b']);
  },
  'an owner in another namespace is absent': async (s) => {
    const other = s.own('other');
    await s.create(namespaces, other, {}, { show: () => 'created' });
    const owner = await s.create(configMaps, 'owner', { metadata: { namespace: other } });
    await s.owned(configMaps, 'a', [s.by(owner)]);
    await s.rest([configMaps, 'a']);
  },
  'an owner without a namespace has dependents in any': async (s) => {
    const owner = await s.create(machines, s.own('owner'), { spec: {} });
    await s.owned(configMaps, 'a', [s.by(owner)]);
    await s.owned(machines, s.own('b'), [s.by(owner)], { spec: {} });
    await s.rest([configMaps, 'a'], [machines, s.own('b')]);
    await s.delete(machines, s.own('owner'));
    await s.rest([configMaps, 'a'], [machines, s.own('b')]);
  },
  'what has no namespace is left alone when its owner has one': async (s) => {
    const owner = await s.create(configMaps, 'owner');
    await s.owned(machines, s.own('a'), [s.by(owner)], { spec: {} });
    await s.delete(configMaps, 'owner');
    await s.rest([machines, s.own('a')]);
  },
  'an owner of a kind that nobody knows is left alone': async (s) => {
    await s.owned(configMaps, 'a', [{ apiVersion: 'kaito.sh/v1', kind: 'Other', name: 'x', uid: ANOTHER }]);
    await s.rest([configMaps, 'a']);
  },
  'an owner is given later, and taken': async (s) => {
    const owner = await s.create(configMaps, 'owner');
    await s.create(configMaps, 'a');
    await s.owned(configMaps, 'b', [s.by(owner)]);
    const ownerReferences = [s.by(owner)];
    await s.patch(configMaps, 'a', { metadata: { ownerReferences } }, { show: () => 'given' });
    await s.patch(configMaps, 'b', { metadata: { ownerReferences: null } }, { show: () => 'taken' });
    await s.rest([configMaps, 'a'], [configMaps, 'b']);
    await s.delete(configMaps, 'owner');
    await s.rest([configMaps, 'a'], [configMaps, 'b']);
    await s.patch(configMaps, 'b', { metadata: { ownerReferences } }, { show: () => 'given' });
    await s.rest([configMaps, 'b']);
  },
};
