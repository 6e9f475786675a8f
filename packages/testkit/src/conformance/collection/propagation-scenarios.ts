import { kinds } from '../api/kinds.ts';
import { aWorkspace } from '../api/manifests.ts';
import type { CollectionScript } from './collection-script.ts';

const { configMaps, machines, secrets, workspaces } = kinds;

const HELD = { metadata: { finalizers: ['kaito.sh/test'] } };
const FREE = { metadata: { finalizers: null } };
const FOREGROUND = { propagationPolicy: 'Foreground' } as const;
const ORPHAN = { propagationPolicy: 'Orphan' } as const;

/** Deletes that say what becomes of the dependents. */
export const propagationScenarios: Readonly<Record<string, (script: CollectionScript) => Promise<void>>> = {
  'a foreground delete without dependents is a delete': async (s) => {
    await s.create(configMaps, 'owner');
    await s.rest();
    await s.delete(configMaps, 'owner', FOREGROUND);
    await s.rest([configMaps, 'owner']);
  },
  'a foreground delete waits for the dependents that block': async (s) => {
    const owner = await s.create(workspaces, 'owner', aWorkspace);
    await s.owned(configMaps, 'a', [s.blocking(owner)], HELD);
    await s.owned(configMaps, 'b', [s.blocking(owner)]);
    await s.rest();
    await s.delete(workspaces, 'owner', FOREGROUND);
    await s.rest([workspaces, 'owner'], [configMaps, 'a'], [configMaps, 'b']);
    await s.patch(configMaps, 'a', FREE, { show: () => 'free' });
    await s.rest([workspaces, 'owner'], [configMaps, 'a']);
  },
  'a foreground delete does not wait for other dependents': async (s) => {
    const owner = await s.create(workspaces, 'owner', aWorkspace);
    await s.owned(configMaps, 'a', [s.by(owner)], HELD);
    await s.rest();
    await s.delete(workspaces, 'owner', FOREGROUND);
    await s.rest([workspaces, 'owner'], [configMaps, 'a']);
  },
  'a foreground delete goes down to the last dependent first': async (s) => {
    const owner = await s.create(machines, s.own('owner'), { spec: {} });
    const child = await s.owned(workspaces, 'a', [s.blocking(owner)], aWorkspace);
    await s.owned(configMaps, 'b', [s.blocking(child)], HELD);
    await s.rest();
    await s.delete(machines, s.own('owner'), FOREGROUND);
    await s.rest([machines, s.own('owner')], [workspaces, 'a'], [configMaps, 'b']);
    await s.patch(configMaps, 'b', FREE, { show: () => 'free' });
    await s.rest([machines, s.own('owner')], [workspaces, 'a'], [configMaps, 'b']);
  },
  'a foreground delete leaves what has another owner': async (s) => {
    const [one, two] = [await s.create(configMaps, 'one'), await s.create(configMaps, 'two')];
    await s.owned(configMaps, 'a', [s.blocking(one), s.blocking(two)]);
    await s.rest();
    await s.delete(configMaps, 'one', FOREGROUND);
    await s.rest([configMaps, 'one'], [configMaps, 'a']);
  },
  'a foreground delete waits no longer for a dependent that is let go': async (s) => {
    const owner = await s.create(configMaps, 'owner');
    await s.owned(configMaps, 'a', [s.blocking(owner)], HELD);
    await s.rest();
    await s.delete(configMaps, 'owner', FOREGROUND);
    await s.rest([configMaps, 'owner'], [configMaps, 'a']);
    await s.patch(configMaps, 'a', { metadata: { ownerReferences: null } }, { show: () => 'let go' });
    await s.rest([configMaps, 'owner'], [configMaps, 'a']);
  },
  'a foreground delete that becomes a background delete waits for nobody': async (s) => {
    const owner = await s.create(configMaps, 'owner');
    await s.owned(configMaps, 'a', [s.blocking(owner)], HELD);
    await s.rest();
    await s.delete(configMaps, 'owner', FOREGROUND);
    await s.rest([configMaps, 'owner'], [configMaps, 'a']);
    await s.delete(configMaps, 'owner', { propagationPolicy: 'Background' });
    await s.rest([configMaps, 'owner'], [configMaps, 'a']);
  },
  'owners of each other go together': async (s) => {
    const one = await s.create(configMaps, 'one');
    const two = await s.owned(configMaps, 'two', [s.blocking(one)]);
    const ownerReferences = [s.blocking(two)];
    await s.patch(configMaps, 'one', { metadata: { ownerReferences } }, { show: () => 'owned' });
    await s.rest([configMaps, 'one'], [configMaps, 'two']);
    await s.delete(configMaps, 'one', FOREGROUND);
    await s.rest([configMaps, 'one'], [configMaps, 'two']);
  },
  'an orphaning delete lets the dependents go': async (s) => {
    const owner = await s.create(workspaces, 'owner', aWorkspace);
    const other = await s.create(configMaps, 'other');
    await s.owned(configMaps, 'a', [s.by(owner)]);
    await s.owned(secrets, 'b', [s.blocking(owner), s.by(other)]);
    await s.owned(workspaces, 'c', [s.by(owner)], aWorkspace);
    await s.rest();
    await s.delete(workspaces, 'owner', ORPHAN);
    await s.rest([workspaces, 'owner'], [configMaps, 'a'], [secrets, 'b'], [workspaces, 'c']);
  },
  'an orphaning delete lets dependents in all namespaces go': async (s) => {
    const owner = await s.create(machines, s.own('owner'), { spec: {} });
    await s.owned(configMaps, 'a', [s.by(owner)]);
    await s.owned(machines, s.own('b'), [s.by(owner)], { spec: {} });
    await s.rest();
    await s.delete(machines, s.own('owner'), ORPHAN);
    await s.rest([machines, s.own('owner')], [configMaps, 'a'], [machines, s.own('b')]);
  },
  'a dependent that asks for it leaves its own dependents as orphans': async (s) => {
    const owner = await s.create(configMaps, 'owner');
    const child = await s.owned(configMaps, 'a', [s.by(owner)], { metadata: { finalizers: ['orphan'] } });
    await s.owned(configMaps, 'b', [s.by(child)]);
    await s.rest();
    await s.delete(configMaps, 'owner');
    await s.rest([configMaps, 'a'], [configMaps, 'b']);
  },
};
