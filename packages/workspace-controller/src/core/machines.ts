import { conditions, timestampMs } from '@kaito/types';
import type { Machine, MachineCondition } from '@kaito/types';

const { launched, registered, initialized, ready } = conditions.machine;

/** The sentence by which scripts and the Go original know that no size could be had. */
export const UNAVAILABLE = 'all requested instance types were unavailable during launch';

export function isMachineReady(machine: Machine): boolean {
  return conditionOf(machine, ready)?.status === 'True';
}

/** Why the provisioner could not launch it; undefined while it may still succeed at the first try. */
export function launchFailure(machine: Machine): string | undefined {
  const condition = conditionOf(machine, launched);
  if (condition?.status !== 'False') {
    return undefined;
  }
  const { reason, message } = condition;
  if (message?.includes(UNAVAILABLE) === true) {
    return UNAVAILABLE;
  }
  const detail = [reason, message].filter((part) => part !== undefined && part !== '').join(': ');
  return `machine ${machine.metadata.name}: ${detail === '' ? 'its launch failed' : detail}`;
}

/** The step that a machine is at, in its provisioner's words where it has any. */
export function machineProgress(machine: Machine): string {
  for (const type of [launched, registered, initialized, ready]) {
    const condition = conditionOf(machine, type);
    if (condition?.status !== 'True') {
      const detail = [condition?.reason, condition?.message].filter((part) => part !== undefined && part !== '');
      return detail.length === 0 ? `${type} is not reported yet` : `${type} is not true: ${detail.join(': ')}`;
    }
  }
  return 'it is ready';
}

export function createdMs({ metadata }: Machine): number {
  return timestampMs(metadata.creationTimestamp) ?? 0;
}

function conditionOf({ status }: Machine, type: string): MachineCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}
