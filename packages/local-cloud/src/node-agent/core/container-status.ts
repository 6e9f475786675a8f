import { timestamp, timestampMs } from '@kaito/types';

import type { ContainerRun, Phase, Termination } from './container-run.ts';
import { isReady, isStarted, restartCount } from './container-run.ts';
import { canonicalImage } from './image.ts';
import type { AgentPod, Container, ContainerStatus } from './pod.ts';
import { isSidecar } from './pod.ts';
import type { PodRun } from './pod-run.ts';
import { hasFailedInit, isInitialized, runOf } from './pod-run.ts';

export function containerStatus(pod: AgentPod, podRun: PodRun, container: Container): ContainerStatus {
  const run = runOf(podRun, container);
  const isInit = pod.spec.initContainers.includes(container) && !isSidecar(pod, container);
  const hasRun = run.phase.kind === 'Running' || run.phase.kind === 'Ended' || run.last !== undefined;
  return {
    name: container.name,
    image: canonicalImage(container.image),
    imageID: hasRun ? canonicalImage(container.image) : '',
    ready: isInit ? isInitialized(pod, podRun, container) : isReady(run, container),
    started: isStarted(run, container),
    restartCount: restartCount(run),
    ...(run.containerId !== undefined && { containerID: run.containerId }),
    state: state(pod, podRun, container, run.phase),
    lastState: run.last === undefined ? {} : { terminated: terminated(run.last) },
  };
}

function state(pod: AgentPod, run: PodRun, container: Container, phase: Phase): NonNullable<ContainerStatus['state']> {
  switch (phase.kind) {
    case 'Running':
      return { running: { startedAt: timestamp(phase.startedAtMs) } };
    case 'Ended':
      return { terminated: terminated(phase.termination) };
    case 'Held':
      return { waiting: { reason: phase.reason, message: phase.message } };
    case 'Waiting':
    case 'Starting':
      return { waiting: waiting(pod, run, container) };
    default:
      return phase satisfies never;
  }
}

function waiting(pod: AgentPod, run: PodRun, container: Container): { reason: string; message?: string } {
  const isInit = pod.spec.initContainers.includes(container);
  const awaitsInit = !isInit && pod.spec.initContainers.some((init) => !isInitialized(pod, run, init));
  const reason = awaitsInit || hasFailedInit(pod, run) ? 'PodInitializing' : 'ContainerCreating';
  return run.volumes.kind === 'Failed' ? { reason, message: run.volumes.message } : { reason };
}

function terminated({
  startedAtMs,
  finishedAtMs,
  containerId,
  ...rest
}: Termination): NonNullable<NonNullable<ContainerStatus['state']>['terminated']> {
  return {
    ...rest,
    startedAt: timestamp(startedAtMs),
    finishedAt: timestamp(finishedAtMs),
    containerID: containerId,
  };
}

const LOST_EXIT_CODE = 137;

/**
 * What a status written by an earlier agent says about a container, now that its program is gone: one that
 * ran has ended by force and counts as a restart.
 */
export function resumed(run: ContainerRun, status: ContainerStatus | undefined, nowMs: number): ContainerRun {
  if (status === undefined) {
    return run;
  }
  const known = remembered(run, status, nowMs);
  const before = status.state?.running;
  if (before === undefined) {
    return known;
  }
  const lost: Termination = {
    exitCode: LOST_EXIT_CODE,
    reason: 'ContainerStatusUnknown',
    message: 'the node agent was restarted, and the container ended with the agent before it',
    startedAtMs: timestampMs(before.startedAt ?? '') ?? nowMs,
    finishedAtMs: nowMs,
    containerId: status.containerID ?? '',
  };
  return { ...known, last: lost };
}

/** Counts and last words, without what ran at the time. */
function remembered(run: ContainerRun, status: ContainerStatus, nowMs: number): ContainerRun {
  const last = status.lastState?.terminated;
  return {
    ...run,
    runs: wasRun(status) ? status.restartCount + 1 : 0,
    ...(status.containerID !== undefined && { containerId: status.containerID }),
    ...(last !== undefined && { last: terminationFrom(last, nowMs) }),
  };
}

function wasRun({ state: now, lastState }: ContainerStatus): boolean {
  return (now?.running ?? now?.terminated ?? lastState?.terminated) !== undefined;
}

export function terminationFrom(
  status: NonNullable<NonNullable<ContainerStatus['state']>['terminated']>,
  nowMs: number,
): Termination {
  return {
    exitCode: status.exitCode,
    signal: status.signal,
    reason: status.reason ?? (status.exitCode === 0 ? 'Completed' : 'Error'),
    message: status.message,
    startedAtMs: timestampMs(status.startedAt ?? '') ?? nowMs,
    finishedAtMs: timestampMs(status.finishedAt ?? '') ?? nowMs,
    containerId: status.containerID ?? '',
  };
}
