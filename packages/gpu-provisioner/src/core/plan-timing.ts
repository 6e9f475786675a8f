import type { Plan } from './actions.ts';

/** Timers count no further than 24 days; a look a day costs nothing. */
const LONGEST_MS = 86_400_000;

/** The plan, looked at again after this long at the latest; undefined and times past change nothing. */
export function wokenAfter(plan: Plan, afterMs: number | undefined): Plan {
  if (afterMs === undefined || afterMs <= 0) {
    return plan;
  }
  return { ...plan, requeueAfterMs: Math.min(plan.requeueAfterMs ?? Infinity, afterMs, LONGEST_MS) };
}

/** Both, the first one's actions first. */
export function together(one: Plan, other: Plan): Plan {
  const looks = [one.lookAt, other.lookAt].filter((at) => at !== undefined);
  const [lookAt] = looks.toSorted((a, b) => a.getTime() - b.getTime());
  const both = { ...other, ...one, actions: [...one.actions, ...other.actions], ...(lookAt && { lookAt }) };
  return wokenAfter(both, other.requeueAfterMs);
}
