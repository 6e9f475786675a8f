import { withEntry } from './model.ts';
import type { PoolCounts, State } from './model.ts';

/** Counts what was accepted, per name and over all lives of pools of that name. */
export function counted(state: State, poolName: string, what: keyof PoolCounts): State {
  const before = state.counts.get(poolName) ?? { creates: 0, updates: 0, deletes: 0 };
  return { ...state, counts: withEntry(state.counts, poolName, { ...before, [what]: before[what] + 1 }) };
}
