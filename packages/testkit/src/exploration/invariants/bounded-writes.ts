import type { Invariant } from './invariant.ts';

/** Three times what the liveliest second of a healthy life sees. */
const WRITES_PER_SECOND = 60;
const SECOND_MS = 1000;

/** Who answers what he has written himself never comes to rest. */
export const boundedWrites: Invariant = {
  name: 'no object is written over and over',
  observe: ({ violated, world }) => {
    const writesMs = new Map<string, number[]>();
    return {
      onCall: ({ isWrite, system, target }, { identity }) => {
        if (!isWrite || system !== 'kubernetes' || target.startsWith('leases/')) {
          return;
        }
        const now = world.time.elapsedMs;
        const key = `${identity} ${target}`;
        const recent = [...(writesMs.get(key) ?? []), now].filter((at) => now - at < SECOND_MS);
        writesMs.set(key, recent);
        if (recent.length > WRITES_PER_SECOND) {
          violated(`${identity} has written ${target} ${recent.length} times within a second`);
        }
      },
    };
  },
};
