import type { Fields } from '../api-server/json.ts';

export interface ConditionPatch {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastProbeTime?: string;
}

/** The conditions with some set: a transition time moves with the status alone. */
export function withConditions(
  before: readonly Fields[],
  patches: readonly ConditionPatch[],
  now: string,
): readonly Fields[] {
  const kept = before.filter(({ type }) => patches.every((patch) => patch.type !== type));
  const set = patches.map((patch) => {
    const old = before.find(({ type }) => type === patch.type);
    const isSame = old?.['status'] === patch.status;
    return { ...patch, lastTransitionTime: isSame ? old['lastTransitionTime'] : now };
  });
  return [...kept, ...set];
}
