import { timestamp } from '@kaito/types';

import { containerStatus, resumed, terminationFrom } from './container-status.ts';
import type { ContainerRun } from './container-run.ts';
import { isReady } from './container-run.ts';
import type { AgentPod, Container, ContainerStatus, PodCondition } from './pod.ts';
import { allContainers } from './pod.ts';
import { hasFailedInit, isInitialized, isPodOver, newPodRun, runOf } from './pod-run.ts';
import type { PodRun } from './pod-run.ts';

export interface PodStatus {
  readonly phase: string;
  readonly startTime: string;
  readonly hostIP: string;
  readonly hostIPs: readonly { readonly ip: string }[];
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip: string }[];
  readonly conditions: readonly PodCondition[];
  readonly initContainerStatuses: readonly ContainerStatus[];
  readonly containerStatuses: readonly ContainerStatus[];
}

export interface StatusPlace {
  readonly hostIp: string;
  readonly podIp: string;
}

/** The status to be shown; conditions that others own stay as the pod has them. */
export function podStatus(pod: AgentPod, run: PodRun, place: StatusPlace, nowMs: number): PodStatus {
  return {
    phase: phase(pod, run),
    startTime: timestamp(run.startTimeMs),
    hostIP: place.hostIp,
    hostIPs: [{ ip: place.hostIp }],
    podIP: place.podIp,
    podIPs: [{ ip: place.podIp }],
    conditions: conditions(pod, run, nowMs),
    initContainerStatuses: pod.spec.initContainers.map((container) => containerStatus(pod, run, container)),
    containerStatuses: pod.spec.containers.map((container) => containerStatus(pod, run, container)),
  };
}

/** Something is being started at this moment; what comes of it is known shortly and not worth a write before. */
export function isInTransit(pod: AgentPod, run: PodRun): boolean {
  if (run.volumes.kind === 'Unprepared' || run.volumes.kind === 'Preparing') {
    return true;
  }
  return allContainers(pod).some((container) => runOf(run, container).phase.kind === 'Starting');
}

function phase(pod: AgentPod, run: PodRun): string {
  const runs = pod.spec.containers.map((container) => runOf(run, container));
  if (isPodOver(pod, run)) {
    return hasFailedInit(pod, run) || runs.some((one) => exitCode(one) !== 0) ? 'Failed' : 'Succeeded';
  }
  const isInitDone = pod.spec.initContainers.every((container) => isInitialized(pod, run, container));
  return isInitDone && runs.every(hasRun) ? 'Running' : 'Pending';
}

function hasRun({ phase: now, last }: ContainerRun): boolean {
  return now.kind === 'Running' || now.kind === 'Ended' || last !== undefined;
}

function exitCode(run: ContainerRun): number | undefined {
  return run.phase.kind === 'Ended' ? run.phase.termination.exitCode : undefined;
}

const OWN_CONDITIONS = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];

export function isOwnCondition({ type }: PodCondition): boolean {
  return OWN_CONDITIONS.includes(type);
}

type Verdict = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>;

function conditions(pod: AgentPod, run: PodRun, nowMs: number): readonly PodCondition[] {
  const containersReady = containersReadyVerdict(pod, run);
  const own = [
    { type: 'PodReadyToStartContainers', status: run.volumes.kind === 'Ready' ? 'True' : 'False' },
    initializedVerdict(pod, run),
    readyVerdict(pod, containersReady),
    containersReady,
    { type: 'PodScheduled', status: 'True' },
  ];
  const before = pod.status.conditions;
  const foreign = before.filter((condition) => !isOwnCondition(condition));
  return [...own.map((next) => merged(before, next, nowMs)), ...foreign];
}

function merged(before: readonly PodCondition[], next: Verdict, nowMs: number): PodCondition {
  const current = before.find(({ type }) => type === next.type);
  const isSame = current?.status === next.status && typeof current.lastTransitionTime === 'string';
  return { ...next, lastTransitionTime: isSame ? current.lastTransitionTime : timestamp(nowMs) };
}

function initializedVerdict(pod: AgentPod, run: PodRun): Verdict {
  const type = 'Initialized';
  const missing = pod.spec.initContainers.filter((container) => !isInitialized(pod, run, container));
  return missing.length === 0
    ? { type, status: 'True', ...(isSucceeded(pod, run) && { reason: 'PodCompleted' }) }
    : { type, status: 'False', ...named('ContainersNotInitialized', 'incomplete', missing) };
}

function containersReadyVerdict(pod: AgentPod, run: PodRun): Verdict {
  const type = 'ContainersReady';
  if (isPodOver(pod, run)) {
    return { type, status: 'False', reason: isSucceeded(pod, run) ? 'PodCompleted' : 'PodFailed' };
  }
  const missing = pod.spec.containers.filter((container) => !isReady(runOf(run, container), container));
  return missing.length === 0
    ? { type, status: 'True' }
    : { type, status: 'False', ...named('ContainersNotReady', 'unready', missing) };
}

function readyVerdict(pod: AgentPod, containersReady: Verdict): Verdict {
  const closed = pod.spec.readinessGates.filter(
    ({ conditionType }) => pod.status.conditions.find(({ type }) => type === conditionType)?.status !== 'True',
  );
  if (containersReady.status === 'True' && closed.length > 0) {
    const names = closed.map(({ conditionType }) => `"${conditionType}"`).join(' ');
    const message = `the status of pod readiness gate ${names} is not "True"`;
    return { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message };
  }
  return { ...containersReady, type: 'Ready' };
}

function isSucceeded(pod: AgentPod, run: PodRun): boolean {
  return phase(pod, run) === 'Succeeded';
}

function named(reason: string, what: string, containers: readonly Container[]): { reason: string; message: string } {
  return { reason, message: `containers with ${what} status: [${containers.map(({ name }) => name).join(' ')}]` };
}

/** The run of a pod that an earlier agent had started: everything begins anew, and what ran counts as restarted. */
export function resumedPodRun(pod: AgentPod, nowMs: number, startTimeMs: number): PodRun {
  const fresh = newPodRun(pod, startTimeMs);
  const statuses = [...pod.status.initContainerStatuses, ...pod.status.containerStatuses];
  const runs = allContainers(pod).map((container): readonly [string, ContainerRun] => {
    const status = statuses.find(({ name }) => name === container.name);
    const run = resumed(runOf(fresh, container), status, nowMs);
    const isLost = pod.spec.restartPolicy === 'Never' && !pod.spec.initContainers.includes(container);
    return [container.name, isLost ? lostForGood(run, status, nowMs) : run];
  });
  return { ...fresh, containers: Object.fromEntries(runs) };
}

/** Under restart policy `Never` a container that ran or ended has had its turn; init containers have it again. */
function lostForGood(run: ContainerRun, status: ContainerStatus | undefined, nowMs: number): ContainerRun {
  const over = status?.state?.terminated;
  if (over !== undefined) {
    return { ...run, phase: { kind: 'Ended', termination: terminationFrom(over, nowMs) } };
  }
  return status?.state?.running === undefined || run.last === undefined
    ? run
    : { ...run, phase: { kind: 'Ended', termination: run.last } };
}
