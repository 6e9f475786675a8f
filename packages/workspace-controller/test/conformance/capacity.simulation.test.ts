import { expect } from '@jest/globals';

import { ERAS } from './claim-apis.ts';
import { ConsumerWorld, eras } from './consumer-world.ts';
import { statement } from './statement.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

const WHY = 'no capacity for g5.xlarge in us-west-2a';

statement(
  59,
  'a claim that is gone is made again, after 2, 4, 8 and then each 10 minutes, three in ten minutes',
  async () => {
    for (const options of eras({})) {
      const world = new ConsumerWorld(options);
      world.standIn.refusal = WHY;
      world.apply();
      await world.advance(HOUR_MS);
      const times = world.made.map(({ atMs }) => atMs);
      const waits = times.slice(1).map((at, before) => Math.round((at - (times[before] ?? 0)) / SECOND_MS));
      expect(waits.length).toBeGreaterThan(5);
      const expected = [120, 240, 480, ...waits.slice(3).map(() => 600)];
      waits.forEach((wait, at) => {
        expect(Math.abs(wait - (expected[at] ?? 0))).toBeLessThanOrEqual(2);
      });
      expect(times.filter((at) => at <= 10 * MINUTE_MS)).toHaveLength(3);
    }
  },
);

statement(59, 'while none may be made, condition and event say so, why, and when the next one comes', async () => {
  for (const options of eras({})) {
    const world = new ConsumerWorld(options);
    world.standIn.refusal = WHY;
    world.apply();
    await world.until(() => world.message('WorkspaceReady').includes('the next attempt is at'), MINUTE_MS);
    await world.until(() => world.message('WorkspaceReady').includes(WHY), MINUTE_MS);
    expect(world.condition('ResourceReady')).toMatchObject({ status: 'False' });
    expect(world.message('ResourceReady')).toContain(WHY);
    await world.advance(SECOND_MS);
    const warnings = world.notices().filter(({ type }) => type === 'Warning');
    expect(warnings.at(-1)?.note).toContain(WHY);
  }
});

statement(59, 'with capacity again the next claim serves, and what failed before is forgotten', async () => {
  for (const options of eras({})) {
    const world = new ConsumerWorld(options);
    world.standIn.refusal = WHY;
    world.apply();
    await world.until(() => world.made.length === 2);
    await world.advance(MINUTE_MS);
    world.standIn.refusal = undefined;
    await world.until(() => world.isReady());
    expect(world.made).toHaveLength(3);
    expect(world.message('ResourceReady')).not.toContain(WHY);
  }
});

statement(
  59,
  'a claim that vanishes for another reason is not explained by what was said of one before it',
  async () => {
    for (const options of eras({})) {
      const world = new ConsumerWorld(options);
      world.standIn.refusal = WHY;
      world.apply();
      await world.until(() => world.message('WorkspaceReady').includes(WHY));
      world.standIn.refusal = undefined;
      await world.until(() => world.isReady());
      const { type } = ERAS[world.api];
      for (const made of [2, 3]) {
        // The first serves and is replaced at once; the next has not come so far.
        await world.until(() => world.made.length === made);
        world.delete(type, world.claims()[0]?.metadata.name ?? '');
      }
      await world.until(() => world.message('WorkspaceReady').includes('the next attempt is at'));
      await world.until(() => world.claims().length === 0);
      await world.advance(SECOND_MS);
      expect(world.message('WorkspaceReady')).toContain('vanished');
      expect(world.message('WorkspaceReady')).not.toContain(WHY);
    }
  },
);
