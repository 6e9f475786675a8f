import { expect } from '@jest/globals';

import { claimType } from './claims.ts';
import { eras, readyWorld } from './eras.ts';
import { conditionsOf } from './node-views.ts';
import type { Condition } from './node-views.ts';
import { CLAIM, ProvisionerWorld } from './provisioner-world.ts';
import { statement } from './statement.ts';

const DENIED = { kind: 'Denied', code: 'AuthorizationFailed', message: 'the identity may not do this' } as const;

statement(22, 'conditions of a NodeClaim begin as Unknown, AwaitingReconciliation', async () => {
  const world = await readyWorld({ api: 'NodeClaim' });
  const [first] = histories(world);
  const launched = first?.after.find(({ type }) => type === 'Launched');
  expect(launched).toMatchObject({ status: 'Unknown', reason: 'AwaitingReconciliation' });
});

statement(22, 'each condition that is written tells the generation of the claim', async () => {
  const world = await readyWorld({ api: 'NodeClaim' });
  world.deleteClaim();
  await world.until(() => world.isGone());
  const written = histories(world).flatMap(({ after, before, generation }) =>
    after
      .filter((one) => before.every((old) => JSON.stringify(old) !== JSON.stringify(one)))
      .map(({ observedGeneration, type }) => ({ type, observedGeneration, generation })),
  );
  expect(new Set(written.map(({ type }) => type))).toEqual(
    new Set(['Launched', 'Registered', 'Initialized', 'Ready', 'Drained', 'InstanceTerminating']),
  );
  expect(written.filter(({ generation, observedGeneration }) => observedGeneration !== generation)).toEqual([]);
});

statement(23, 'Ready of a Machine is False whenever one below it is, and says what that one says', async () => {
  for (const isRefused of [false, true]) {
    const world = new ProvisionerWorld({ api: 'Machine' });
    if (isRefused) {
      world.cloud.refuseNext('create', DENIED, 1);
    }
    world.createClaim(CLAIM, { requests: { 'nvidia.com/gpu': '1' } });
    await world.until(() => world.isReady());
    const all = histories(world).map(({ after }) => after);
    expect(all.length).toBeGreaterThan(3);
    for (const conditions of all) {
      const living = conditions.filter(({ type }) => type.startsWith('Machine'));
      const failing = living.filter(({ status }) => status === 'False');
      const ready = conditions.find(({ type }) => type === 'Ready');
      expect(living).toHaveLength(3);
      expect(ready?.status).toBe(failing.length === 0 ? 'True' : 'False');
      expect(failing.length === 0 ? [sayingOf(ready)] : failing.map(sayingOf)).toContain(sayingOf(ready));
    }
  }
});

statement(23, 'no condition of a Machine is Unknown', async () => {
  for (const options of eras({}).filter(({ api }) => api === 'Machine')) {
    const world = await readyWorld(options);
    const statuses = histories(world).flatMap(({ after }) => after.map(({ status }) => status));
    expect(new Set(statuses)).toEqual(new Set(['False', 'True']));
  }
});

interface Written {
  readonly before: readonly Condition[];
  readonly after: readonly Condition[];
  readonly generation: number | undefined;
}

/** The conditions before and after each write of the provisioner that changed them. */
function histories(world: ProvisionerWorld): readonly Written[] {
  return world.seen
    .ownWrites(claimType(world.api).plural, CLAIM)
    .filter(({ event }) => event === 'MODIFIED')
    .map(({ before, object }) => ({
      before: conditionsOf(before),
      after: conditionsOf(object),
      generation: object.metadata.generation,
    }))
    .filter(({ after, before }) => JSON.stringify(after) !== JSON.stringify(before));
}

function sayingOf(condition: Condition | undefined): string {
  return `${condition?.reason}: ${condition?.message}`;
}
