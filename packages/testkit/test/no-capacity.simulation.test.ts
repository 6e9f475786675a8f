import { afterEach, describe, expect, it } from '@jest/globals';
import { machines, workspaces } from '@kaito/types';

import { conditionOf } from '../src/exploration/fields.ts';
import { People } from '../src/exploration/people.ts';
import { World } from '../src/simulation/world.ts';
import type { WorldOptions } from '../src/simulation/world.ts';

const MINUTE_MS = 60_000;
const NAME = 'phi';

let world: World;

afterEach(() => {
  world.end();
});

/** Both controllers, in seconds that are seconds. */
describe('a Workspace for which there is no place', () => {
  it('says why, in figures, and asks for three claims in ten minutes at most', async () => {
    const made = begin({ quotas: { standardNCSv3Family: 4 } });
    await advance(10 * MINUTE_MS);
    expect(made.length).toBeGreaterThan(1);
    expect(made.length).toBeLessThanOrEqual(3);
    for (const type of ['MachineReady', 'ResourceReady', 'WorkspaceReady']) {
      const told = messageOf(type);
      for (const part of ['standardNCSv3Family', '6 needed', 'limit 4', '0 used', 'Quotas in the Azure portal']) {
        expect(told).toContain(part);
      }
      expect(told).toContain('all requested instance types were unavailable during launch');
    }
    expect(world.cloud.asked).toEqual([]);
  });

  it('is served once the quota is raised', async () => {
    begin({ quotas: { standardNCSv3Family: 4 } });
    await advance(MINUTE_MS);
    world.cloud.change({ quotas: {} });
    await advance(10 * MINUTE_MS);
    expect(conditionOf(workspace(), 'ResourceReady')?.status).toBe('True');
  });

  it('sends twelve creates in an hour at most, all of its claims together', async () => {
    const made = begin({});
    world.cloud.refuseNext('create', { kind: 'Transient', code: 'InternalServerError', message: 'try again' }, 999);
    await advance(59 * MINUTE_MS);
    expect(made.length).toBeGreaterThan(1);
    expect(world.cloud.asked.length).toBeGreaterThan(8);
    expect(world.cloud.asked.length).toBeLessThanOrEqual(12);
    expect(messageOf('WorkspaceReady')).toContain('InternalServerError');
  });
});

/** The names of the claims that are made from then on. */
function begin(cloud: WorldOptions['cloud']): readonly string[] {
  const made: string[] = [];
  world = new World({ seed: 1, faults: [], timeScale: 1, cloud, witness: { onCall: () => undefined } });
  world.server.onChange(({ event, object, type }) => {
    if (type.plural === machines.plural && event === 'ADDED') {
      made.push(object.metadata.name);
    }
  });
  world.startControllers();
  new People(world).apply(NAME);
  return made;
}

async function advance(ms: number): Promise<void> {
  const endMs = world.time.elapsedMs + ms;
  world.time.after(ms, () => undefined);
  while (await world.step(endMs)) {
    // whatever is due happens
  }
  expect(world.ends).toEqual([]);
}

function workspace(): Parameters<typeof conditionOf>[0] {
  const found = world.server.get({ type: workspaces, key: { name: NAME, namespace: 'default' } });
  if (found === undefined) {
    throw new Error('the Workspace is gone');
  }
  return found;
}

function messageOf(type: string): string {
  return conditionOf(workspace(), type)?.message ?? '';
}
