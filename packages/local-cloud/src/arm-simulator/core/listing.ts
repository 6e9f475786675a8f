import type { Pool, State } from './model.ts';
import { scaledMs } from './settings.ts';

/** Keeps what listings still show, as long as they lag. */
export function remember(state: State, nowMs: number): State {
  const lagMs = scaledMs(state.settings, state.settings.listLagSeconds);
  if (lagMs === 0) {
    return state.snapshots.length === 0 ? state : { ...state, snapshots: [] };
  }
  if (state.snapshots.at(-1)?.pools === state.pools) {
    return state;
  }
  const snapshots = [...state.snapshots, { atMs: nowMs, pools: state.pools }];
  const shown = snapshots.findLastIndex(({ atMs }) => atMs <= nowMs - lagMs);
  return { ...state, snapshots: snapshots.slice(Math.max(0, shown)) };
}

/** The pools that a listing shows, by name. */
export function listedPools(state: State, nowMs: number): readonly Pool[] {
  const lagMs = scaledMs(state.settings, state.settings.listLagSeconds);
  const shown = state.snapshots.findLast(({ atMs }) => atMs <= nowMs - lagMs) ?? state.snapshots[0];
  const pools = lagMs === 0 ? state.pools : (shown?.pools ?? state.pools);
  return [...pools.values()].toSorted((a, b) => a.name.localeCompare(b.name));
}
