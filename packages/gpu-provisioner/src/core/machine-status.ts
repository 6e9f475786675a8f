import { conditions, isSameJson } from '@kaito/types';
import type { Machine, MachineCondition } from '@kaito/types';

import type { Progress, Step } from './progress.ts';
import { timestamp } from './time.ts';

export type MachineStatus = NonNullable<Machine['status']>;

const { launched, registered, initialized, ready } = conditions.machine;

/** The conditions that `Ready` sums up, in the order in which they come true. */
const LIVING: readonly string[] = [launched, registered, initialized];

/** The status that says how far a Machine is; undefined when it says so already. */
export function machineStatus(current: MachineStatus, progress: Progress, now: Date): MachineStatus | undefined {
  const { node, providerId } = progress;
  const next: MachineStatus = {
    ...current,
    ...(providerId !== undefined && { providerID: current.providerID ?? providerId }),
    ...(node !== undefined && { nodeName: node.metadata.name }),
    ...(node?.status.capacity !== undefined && { capacity: node.status.capacity }),
    ...(node?.status.allocatable !== undefined && { allocatable: node.status.allocatable }),
    conditions: machineConditions(current.conditions ?? [], progress, now),
  };
  return isSameJson(current, next) ? undefined : next;
}

function machineConditions(current: readonly MachineCondition[], progress: Progress, now: Date): MachineCondition[] {
  const steps = [progress.launched, progress.registered, progress.initialized];
  const living = LIVING.map((type, index) => conditionOf(type, steps[index] ?? 'Done', { current, now }));
  const rollUp = conditionOf(ready, worst(living), { current, now });
  const ours = [...living, rollUp];
  const others = current.filter(({ type }) => ours.every((own) => own.type !== type));
  return [...others, ...ours].toSorted((a, b) => (a.type < b.type ? -1 : 1));
}

/** In knative's shape: a time that moves with the status alone, no reason and no message on what is True. */
function conditionOf(
  type: string,
  step: Step,
  { current, now }: { current: readonly MachineCondition[]; now: Date },
): MachineCondition {
  const before = current.find((condition) => condition.type === type);
  const status = step === 'Done' ? 'True' : 'False';
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : timestamp(now);
  return {
    type,
    status,
    ...(step !== 'Done' && { reason: step.reason, message: step.message }),
    ...(lastTransitionTime !== undefined && { lastTransitionTime }),
  };
}

/** The failing condition that changed last speaks for all; of several, the one that comes first on the way. */
function worst(living: readonly MachineCondition[]): Step {
  const [spokesman] = living
    .filter(({ status }) => status === 'False')
    .toSorted((a, b) => compare(b.lastTransitionTime ?? '', a.lastTransitionTime ?? ''));
  return spokesman === undefined ? 'Done' : { reason: spokesman.reason ?? '', message: spokesman.message ?? '' };
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
