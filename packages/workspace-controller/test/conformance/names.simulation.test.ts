import { expect } from '@jest/globals';

import { ERAS } from './claim-apis.ts';
import { ConsumerWorld, eras, readyWorld } from './consumer-world.ts';
import { statement } from './statement.ts';

const POOL_NAME = /^[a-z][a-z0-9]{0,11}$/u;
const WORKSPACES = 30;
const COUNT = 4;

statement(
  64,
  'claims of many Workspaces, some of one name, all have names of their own that pools can have',
  async () => {
    for (const options of eras({})) {
      const world = new ConsumerWorld(options);
      for (let ordinal = 0; ordinal < WORKSPACES; ordinal += 1) {
        const name = `a-model-with-a-rather-long-name-${ordinal}`;
        world.apply(name, { count: COUNT });
        world.apply(name, { count: COUNT, namespace: 'kube-system' });
      }
      await world.until(() => world.made.length === 2 * WORKSPACES * COUNT);
      const names = world.made.map(({ claim }) => claim.metadata.name);
      expect(new Set(names).size).toBe(2 * WORKSPACES * COUNT);
      expect(names.filter((name) => !POOL_NAME.test(name))).toEqual([]);
    }
  },
);

statement(64, "a name that somebody else's claim has is left to him", async () => {
  for (const options of eras({})) {
    const world = await readyWorld(options);
    const [own] = world.claims();
    const { name = '', uid } = own?.metadata ?? {};
    const { type } = ERAS[world.api];
    // It goes by force, and before the controller can know, somebody else has the name.
    world.patch(type, { name }, { metadata: { finalizers: null } });
    world.delete(type, name);
    const manifest = {
      apiVersion: `${type.group}/${type.version}`,
      kind: type.kind,
      metadata: { name, labels: { team: 'other' } },
      spec: own?.['spec'],
    };
    const other = world.world.server.create({ type, manifest, fieldManager: 'user' });
    expect(other.metadata.uid).not.toBe(uid);
    await world.until(() => world.made.length === 2);
    const next = world.made[1]?.claim.metadata.name ?? '';
    expect(next).not.toBe(name);
    expect(next).toMatch(POOL_NAME);
    expect(world.get(type, name)?.metadata.uid).toBe(other.metadata.uid);
  }
});
