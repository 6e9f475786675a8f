import { annotations, conditions, timestampMs } from '@kaito/types';
import type { Machine, MachineCondition } from '@kaito/types';

const { launched, registered, initialized, ready } = conditions.machine;

/** The sentence by which scripts and the Go original know that no size could be had. */
const UNAVAILABLE = 'all requested instance types were unavailable during launch';

export function isMachineReady(machine: Machine): boolean {
  return conditionOf(machine, ready)?.status === 'True';
}

/** Reasons of a launch that is not true yet and goes well. */
const ON_THE_WAY: ReadonlySet<string> = new Set(['', 'Launching', 'AwaitingReconciliation']);

/** Why the provisioner could not launch it; undefined while it may still succeed at the first try. */
export function launchFailure(machine: Machine): string | undefined {
  const { status, reason = '', message = '' } = conditionOf(machine, launched) ?? {};
  if (status !== 'False') {
    return undefined;
  }
  if (message.includes(UNAVAILABLE)) {
    const why = machine.metadata.annotations?.[annotations.launchFailure];
    return why === undefined ? UNAVAILABLE : `${UNAVAILABLE}: ${why}`;
  }
  return ON_THE_WAY.has(reason) ? undefined : `machine ${machine.metadata.name}: ${reason}: ${message}`;
}

/** The step that a machine has not taken, in its provisioner's words where it has any. */
export function machineProgress(machine: Machine): string {
  const type =
    [launched, registered, initialized].find((step) => conditionOf(machine, step)?.status !== 'True') ?? ready;
  const condition = conditionOf(machine, type);
  const detail = [condition?.reason, condition?.message].filter((part) => part !== undefined && part !== '');
  return detail.length === 0 ? `${type} is not reported yet` : `${type} is not true: ${detail.join(': ')}`;
}

/**
 * When the provisioner asked the cloud for it, the first time included; a provisioner that keeps no count has none. Times
 * from before the claim are those of claims before it.
 */
export function cloudAttemptsMs(machine: Machine): readonly number[] {
  return (machine.metadata.annotations?.[annotations.createAttempts] ?? '')
    .split(' ')
    .map(timestampMs)
    .filter((time) => time !== undefined)
    .filter((time) => time >= createdMs(machine));
}

export function createdMs({ metadata }: Machine): number {
  return timestampMs(metadata.creationTimestamp) ?? 0;
}

function conditionOf({ status }: Machine, type: string): MachineCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}
