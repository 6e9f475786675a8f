import { expect } from '@jest/globals';

import { ERAS } from './claim-apis.ts';
import { eras, readyWorld } from './consumer-world.ts';
import type { ConsumerWorld } from './consumer-world.ts';
import { statement } from './statement.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

statement(66, 'a claim whose Ready is False or Unknown is waited for, and serves again when it is True', async () => {
  for (const options of eras({})) {
    for (const status of ['False', 'Unknown'] as const) {
      const world = await readyWorld(options);
      const name = onlyClaim(world);
      world.standIn.setReady(name, status);
      await world.advance(HOUR_MS);
      expect(world.made).toHaveLength(1);
      expect(world.claims()).toHaveLength(1);
      expect(world.condition('ResourceReady')?.status).toBe('False');
      expect(world.message('ResourceReady')).not.toBe('');
      world.standIn.setReady(name, 'True');
      await world.until(() => world.isReady());
      expect(world.made).toHaveLength(1);
    }
  }
});

statement(66, 'so is one whose Node falls silent', async () => {
  for (const options of eras({})) {
    const world = await readyWorld(options);
    const node = world.standIn.nodeNameOf(onlyClaim(world));
    world.world.cluster.silence(node);
    await world.until(() => world.condition('ResourceReady')?.status === 'False');
    await world.advance(HOUR_MS);
    expect(world.made).toHaveLength(1);
    expect(world.message('ResourceReady')).toContain(node);
    world.world.cluster.revive(node);
    await world.until(() => world.isReady());
    expect(world.made).toHaveLength(1);
  }
});

statement(66, 'one that its provisioner gives up is replaced when it is gone, and not while it leaves', async () => {
  for (const options of eras({})) {
    const world = await readyWorld(options);
    const name = onlyClaim(world);
    world.standIn.isHoldingOn = true;
    world.standIn.setReady(name, 'False');
    world.delete(ERAS[world.api].type, name);
    await world.advance(30 * MINUTE_MS);
    expect(world.made).toHaveLength(1);
    expect(world.message('ResourceReady')).toContain(name);
    world.standIn.letGo();
    await world.until(() => world.made.length === 2);
    expect(world.claims()).toHaveLength(1);
    await world.until(() => world.isReady());
    expect(world.made).toHaveLength(2);
  }
});

statement(66, 'none of that changes when the controller dies meanwhile', async () => {
  for (const options of eras({})) {
    const world = await readyWorld(options);
    world.standIn.setReady(onlyClaim(world), 'Unknown');
    world.crash();
    await world.advance(30 * MINUTE_MS);
    expect(world.made).toHaveLength(1);
  }
});

function onlyClaim(world: ConsumerWorld): string {
  const [claim, ...others] = world.claims();
  expect(others).toEqual([]);
  return claim?.metadata.name ?? '';
}
