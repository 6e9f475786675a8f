import type { Fleet } from '../nodes/fleet.ts';
import type { Observed } from '../observed.ts';
import type { Resource } from '../spec/resource.ts';
import { nextAttemptMs, room } from './attempts.ts';
import { slotName } from './claim-names.ts';

export interface ClaimPlan {
  /** Of the claims to make now. */
  readonly names: readonly string[];
  /** When the next may be made, if that is not now. */
  readonly nextAttemptMs?: number;
}

/** One claim per slot, all that are missing at once; a slot whose claim is still leaving waits for it to be gone. */
export function planClaims(observed: Observed, { count }: Resource, { missing }: Fleet): ClaimPlan {
  if (missing === 0) {
    return { names: [] };
  }
  const nextMs = nextAttemptMs(observed, count);
  if (nextMs !== undefined) {
    return { names: [], nextAttemptMs: nextMs };
  }
  return { names: freeNames(observed, count).slice(0, Math.min(missing, room(observed, count))) };
}

function freeNames({ workspace, claims, foreignClaimNames }: Observed, count: number): readonly string[] {
  const held = new Set(claims.map(({ metadata }) => metadata.name));
  return Array.from({ length: count }, (_, slot) =>
    slotName(workspace.metadata.uid, slot, (name) => foreignClaimNames.includes(name)),
  ).filter((name) => !held.has(name));
}
