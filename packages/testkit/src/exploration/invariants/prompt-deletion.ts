import { Disturbance } from './disturbance.ts';
import type { Invariant } from './invariant.ts';
import { claimUidOf, isClaimType, isDeletion, poolNamed } from './marks.ts';

/** A look at the cloud and a refusal in between are allowed for; to finish the pool would take longer than that. */
const DELETION_BOUND_MS = 1_500;

export const promptDeletion: Invariant = {
  name: 'a deleted claim does not let its pool be finished first',
  observe: ({ world, violated }) => {
    const disturbance = new Disturbance(world);
    const deletedAtMs = new Map<string, number>();
    return {
      onCall: disturbance.onCall,
      onChange: (change) => {
        const { name, uid } = change.object.metadata;
        const pool = poolNamed(world, name);
        const isOfPool = isClaimType(change.type) && claimUidOf(pool) === uid;
        if (isOfPool && pool?.phase === 'Creating' && isDeletion(change)) {
          deletedAtMs.set(name, world.time.elapsedMs);
        }
      },
      onCloudEvent: (event) => {
        if (event.kind !== 'PoolChanged') {
          return;
        }
        const { name, phase } = event.pool;
        const sinceMs = deletedAtMs.get(name);
        deletedAtMs.delete(name);
        if (phase === 'Ready' && sinceMs !== undefined && disturbance.undisturbedMs(sinceMs) > DELETION_BOUND_MS) {
          violated(
            `pool ${name} was finished ${(world.time.elapsedMs - sinceMs) / 1000} s after its claim was deleted`,
          );
        }
      },
    };
  },
};
