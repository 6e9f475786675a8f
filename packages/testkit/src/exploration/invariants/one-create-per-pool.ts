import type { FaultKind } from '../../simulation/fault.ts';
import type { Invariant } from './invariant.ts';
import { claimUidOf, poolNamed } from './marks.ts';

/** After these the caller cannot know what is there: an answer was lost, or was an old one. */
const BLINDING: readonly FaultKind[] = ['timed-out-though-done', 'stale-1', 'stale-5', 'stale-all'];

export const oneCreatePerPool: Invariant = {
  name: 'no create is sent while its pool is there',
  observe: ({ world, violated }) => {
    let isBlind = world.cloud.listLagMs > 0;
    return {
      onCall: ({ system, target, verb }, replica, _effect, fault) => {
        isBlind ||= fault !== undefined && BLINDING.includes(fault);
        const pool = system === 'cloud' && verb === 'create' ? target.replace('agentpools/', '') : undefined;
        if (!isBlind && claimUidOf(poolNamed(world, pool)) !== undefined) {
          violated(`${replica.role} asks again for the pool ${pool ?? ''} at ${world.time.elapsedMs} ms`);
        }
      },
    };
  },
};
