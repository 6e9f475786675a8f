import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONTROLLERS, grantRights, localPaths, prepare, Progress } from '@kaito/local-cloud';
import type { ControllerName, Rights } from '@kaito/local-cloud';

import { Life, until } from '../src/life.ts';
import type { Call } from '../src/rbac/audit-call.ts';
import { comparisonOf, needsOfController } from '../src/rbac/by-controller.ts';
import { compare } from '../src/rbac/comparison.ts';
import { grantedRights } from '../src/rbac/granted-rights.ts';
import { permissionsOf, rightsOf } from '../src/rbac/permission.ts';
import type { Permission } from '../src/rbac/permission.ts';
import { walk } from '../src/rbac/walk.ts';
import type { WalkEnd } from '../src/rbac/walk.ts';
import { startWalkWorld } from '../src/rbac/walk-world.ts';
import type { WalkWorld } from '../src/rbac/walk-world.ts';
import { tinyModel } from '../src/tiny-model.ts';

const { signal } = new AbortController();
const quiet = (): void => undefined;

let folder = '';
let world: WalkWorld;
let stop = async (): Promise<void> => undefined;
let rights: Readonly<Record<ControllerName, Rights>>;
let end: WalkEnd;
let calls: readonly Call[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kaito-rbac-'));
  const paths = { ...localPaths(process.env), state: path.join(folder, 'state') };
  const { repository } = paths;
  const silent = new Progress({ isTerminal: false, columns: () => 0, write: quiet });
  const { binaries, modelFile } = await prepare(paths, await tinyModel(repository, folder), silent, signal);
  rights = {
    'workspace-controller': await grantedRights(repository, 'workspace-controller'),
    'gpu-provisioner': await grantedRights(repository, 'gpu-provisioner'),
  };
  world = await startWalkWorld({ paths, binaries, modelFile, timeScale: 0.02, rights, onRestart: quiet }, signal);
  stop = async () => world.stop();
  end = await walk(world, signal);
  calls = await world.audit.calls();
});

afterAll(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

describe('under the rules of the charts', () => {
  it('the controllers do all that they ever do', () => {
    expect(end).toEqual({ kind: 'complete' });
  });

  it.each(CONTROLLERS)('%s lacks no right and has none that it does not use', (controller) => {
    const { granted, missing, unused } = comparisonOf(controller, rights[controller], calls);
    expect({ missing, unused }).toEqual({ missing: [], unused: [] });
    expect(granted.length).toBeGreaterThan(10);
  });

  it.each(CONTROLLERS)('each right that is taken from %s is missed', (controller) => {
    const granted = permissionsOf(rights[controller]);
    const needs = needsOfController(controller, calls);
    const missed = granted.map((absent) => {
      const left = granted.filter((permission) => permission !== absent);
      return compare(left, needs).missing.map(({ permission }) => permission);
    });
    expect(missed).toEqual(granted.map((absent) => [absent]));
  });
});

describe('a right that is really taken away', () => {
  it.each<[ControllerName, string, Permission]>([
    ['gpu-provisioner', 'patch nodes', { scope: 'cluster', group: '', resource: 'nodes', verb: 'patch' }],
    [
      'gpu-provisioner',
      'update machines/finalizers',
      { scope: 'cluster', group: 'karpenter.sh', resource: 'machines/finalizers', verb: 'update' },
    ],
    [
      'workspace-controller',
      'create deployments',
      { scope: 'cluster', group: 'apps', resource: 'deployments', verb: 'create' },
    ],
  ])('is refused to %s and reported: %s', async (controller, _, absent) => {
    const left = permissionsOf(rights[controller]).filter(
      ({ group, resource, verb }) => group !== absent.group || resource !== absent.resource || verb !== absent.verb,
    );
    const { cluster, simulator, audit } = world;
    const before = new Set((await audit.calls()).map(({ id }) => id));
    const isNew = ({ id }: Call): boolean => !before.has(id);
    const life = new Life(`without-${absent.verb}`, cluster.kubernetes, simulator);
    await grantRights(cluster.kubernetes, controller, rightsOf(left), signal);
    world.startControllers();
    await life.create(signal);
    await until(async () => (await audit.calls()).some((call) => isNew(call) && call.status === 403), signal);
    await grantRights(cluster.kubernetes, controller, rights[controller], signal);
    await life.delete(signal);
    await life.gone(signal);
    await world.stopControllers();

    const later = (await audit.calls()).filter(isNew);
    const { missing } = comparisonOf(controller, rightsOf(left), [...calls, ...later]);
    expect(missing).toMatchObject([{ permission: absent, example: { status: 403 } }]);
  });
});
