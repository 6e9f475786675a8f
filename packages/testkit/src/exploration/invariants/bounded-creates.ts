import { workspaces } from '@kaito/types';

import type { Invariant } from './invariant.ts';
import { isClaimType, isOwnClaim } from './marks.ts';

/** Decisions. */
const CREATES_PER_HOUR = 12;
const HOUR_MS = 3_600_000;

export const boundedCreates: Invariant = {
  name: 'creates within an hour are bounded',
  observe: ({ violated, world }) => {
    const wanting = new Set<string>();
    const creates: number[] = [];
    return {
      onChange: ({ object, type }) => {
        if (type.plural === workspaces.plural || (isClaimType(type) && isOwnClaim(object))) {
          wanting.add(object.metadata.uid);
        }
      },
      onCall: ({ system, target, verb }, _replica, effect) => {
        if (system !== 'cloud' || verb !== 'create' || effect === undefined) {
          return;
        }
        const now = world.time.elapsedMs;
        creates.push(now);
        const recent = creates.filter((at) => now - at < HOUR_MS).length;
        if (recent > CREATES_PER_HOUR * wanting.size) {
          violated(`${recent} creates within an hour, the last for ${target}`);
        }
      },
    };
  },
};
