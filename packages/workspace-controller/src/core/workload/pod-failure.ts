import type { Pod } from '@kaito/types';

import { isLeaving } from '../leaving.ts';
import { reasons } from '../status/reasons.ts';
import { failed } from '../status/verdict.ts';
import type { Verdict } from '../status/verdict.ts';

type ContainerStatus = NonNullable<Pod['status']['containerStatuses']>[number];

/** What a kubelet says while a container waits, by what it means for the user. */
const WAITING: Readonly<Record<string, string>> = {
  ErrImagePull: reasons.imagePullError,
  ImagePullBackOff: reasons.imagePullError,
  ErrImageNeverPull: reasons.imagePullError,
  InvalidImageName: reasons.invalidImageName,
  CreateContainerConfigError: reasons.startError,
  CreateContainerError: reasons.startError,
  RunContainerError: reasons.startError,
};

const REMEDIES: Readonly<Record<string, string>> = {
  [reasons.imagePullError]: 'check the image and its pull secrets',
  [reasons.invalidImageName]: 'put the right image there',
  [reasons.startError]: 'check the ConfigMaps, Secrets and the command it names',
};

/** Why the pods do not come up; undefined while they may still do so by themselves. */
export function podFailure(pods: readonly Pod[]): Verdict | undefined {
  const living = pods.filter((pod) => !isLeaving(pod) && pod.status.phase !== 'Failed');
  if (living.length === 0) {
    return pods.map(evicted).find((verdict) => verdict !== undefined);
  }
  return living.map(failureOf).find((verdict) => verdict !== undefined);
}

/** Why the scheduler finds no node for a pod, in its words. */
export function schedulingFailure(pods: readonly Pod[]): Verdict | undefined {
  for (const { metadata, status } of pods) {
    const refused = status.conditions?.find(
      ({ type, status: value, reason }) => type === 'PodScheduled' && value === 'False' && reason === 'Unschedulable',
    );
    if (refused !== undefined) {
      return failed(
        reasons.unschedulable,
        `pod ${metadata.name} finds no node: ${refused.message ?? 'the scheduler gives no reason'}`,
      );
    }
  }
  return undefined;
}

function evicted({ metadata, status }: Pod): Verdict | undefined {
  return status.reason === 'Evicted'
    ? failed(
        reasons.podEvicted,
        `pod ${metadata.name} was evicted: ${status.message ?? 'the node ran out of something'}`,
      )
    : undefined;
}

/** Why one pod does not come up. */
export function failureOf({ metadata, status }: Pod): Verdict | undefined {
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  for (const container of containers.filter(({ ready }) => !ready)) {
    const verdict = waitingFailure(container, metadata.name) ?? exitFailure(container, metadata.name);
    if (verdict !== undefined) {
      return verdict;
    }
  }
  return undefined;
}

function waitingFailure({ name, state }: ContainerStatus, pod: string): Verdict | undefined {
  const { reason: said = '', message = said } = state?.waiting ?? {};
  const reason = WAITING[said];
  return reason === undefined
    ? undefined
    : failed(reason, `container ${name} of pod ${pod} cannot start: ${message}; ${REMEDIES[reason] ?? ''}`);
}

/** How it ended last stays the same while it waits, starts and runs again, and so does the message. */
function exitFailure({ name, state, lastState }: ContainerStatus, pod: string): Verdict | undefined {
  const end = state?.terminated ?? lastState?.terminated;
  if (end === undefined || end.exitCode === 0) {
    return undefined;
  }
  if (end.reason === 'OOMKilled') {
    const message = `container ${name} of pod ${pod} ran out of memory and was killed: it needs a larger node`;
    return failed(reasons.outOfMemory, message);
  }
  const detail = end.message === undefined ? '' : `: ${end.message}`;
  const message = `container ${name} of pod ${pod} ended with exit code ${end.exitCode}${detail}; see kubectl logs --previous`;
  return failed(reasons.crashLoop, message);
}
