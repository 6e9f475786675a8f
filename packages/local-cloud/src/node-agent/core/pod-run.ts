import type { ContainerRun, Delays, StartFailure, Termination } from './container-run.ts';
import { ended, isStarted, newContainerRun, probeSpec, started, startFailed } from './container-run.ts';
import type { AgentPod, Container } from './pod.ts';
import { allContainers, isSidecar } from './pod.ts';
import type { ProbeKind } from './probe-run.ts';
import { probeAnswered } from './probe-run.ts';

export type VolumesState =
  | { readonly kind: 'Unprepared' | 'Preparing' | 'Ready' }
  | { readonly kind: 'Failed'; readonly message: string; readonly untilMs: number };

/** What the agent knows of one pod on one of its nodes; it changes by {@link apply} and by a step of the plan. */
export interface PodRun {
  readonly startTimeMs: number;
  readonly volumes: VolumesState;
  /** By name; init containers and containers share one set of names. */
  readonly containers: Readonly<Record<string, ContainerRun>>;
  /** Present from the moment on from which the pod is to end. */
  readonly termination?: { readonly killAtMs: number };
  /** Everything has ended, and its end has been asked for. */
  readonly isFinishing: boolean;
}

/** Something that happened to the pod. */
export type PodEvent =
  | { readonly kind: 'VolumesReady' }
  | { readonly kind: 'VolumesFailed'; readonly message: string }
  | { readonly kind: 'Started'; readonly container: string; readonly containerId: string }
  | { readonly kind: 'StartFailed'; readonly container: string; readonly failure: StartFailure }
  | { readonly kind: 'Exited'; readonly container: string; readonly exit: ContainerExit }
  | { readonly kind: 'Probed'; readonly container: string; readonly probe: ProbeKind; readonly success: boolean }
  | { readonly kind: 'Terminate'; readonly graceMs: number };

export interface ContainerExit {
  readonly exitCode: number;
  readonly signal?: number | undefined;
  readonly message?: string | undefined;
}

/** When something happens, and the delays that count at the time. */
export interface Now {
  readonly ms: number;
  readonly delays: Delays;
}

export function newPodRun(pod: AgentPod, nowMs: number): PodRun {
  const containers = Object.fromEntries(
    allContainers(pod).map((container) => [container.name, newContainerRun(container)]),
  );
  return { startTimeMs: nowMs, volumes: { kind: 'Unprepared' }, containers, isFinishing: false };
}

export function runOf(run: PodRun, container: Container): ContainerRun {
  return run.containers[container.name] ?? newContainerRun(container);
}

export function withContainer(run: PodRun, name: string, container: ContainerRun): PodRun {
  return { ...run, containers: { ...run.containers, [name]: container } };
}

/** What is known of the pod after the event. */
export function apply(pod: AgentPod, run: PodRun, event: PodEvent, now: Now): PodRun {
  switch (event.kind) {
    case 'VolumesReady':
      return { ...run, volumes: { kind: 'Ready' } };
    case 'VolumesFailed':
      return { ...run, volumes: { kind: 'Failed', message: event.message, untilMs: now.ms + now.delays.retryMs } };
    case 'Terminate':
      return {
        ...run,
        termination: { killAtMs: Math.min(run.termination?.killAtMs ?? Infinity, now.ms + event.graceMs) },
      };
    case 'Started':
    case 'StartFailed':
    case 'Exited':
    case 'Probed':
      return applyToContainer(pod, run, event, now);
    default:
      return event satisfies never;
  }
}

type ContainerEvent = Extract<PodEvent, { readonly container: string }>;

function applyToContainer(pod: AgentPod, run: PodRun, event: ContainerEvent, now: Now): PodRun {
  const container = allContainers(pod).find(({ name }) => name === event.container);
  if (container === undefined) {
    return run;
  }
  const before = runOf(run, container);
  const subject: Subject = { pod, run, container, now };
  switch (event.kind) {
    case 'Started': {
      const times = { startedAtMs: now.ms, podStartMs: run.startTimeMs };
      return withContainer(run, container.name, started(before, container, event.containerId, times));
    }
    case 'StartFailed':
      return notStarted(subject, event.failure);
    case 'Exited':
      return exited(subject, terminationOf(before, event.exit, now.ms));
    case 'Probed':
      return withContainer(run, container.name, probed(before, container, event, now.ms));
    default:
      return event satisfies never;
  }
}

/** The container that an event is about. */
interface Subject {
  readonly pod: AgentPod;
  readonly run: PodRun;
  readonly container: Container;
  readonly now: Now;
}

function notStarted({ pod, run, container, now }: Subject, failure: StartFailure): PodRun {
  const before = runOf(run, container);
  if (failure.kind !== 'StartError') {
    return withContainer(run, container.name, startFailed(before, failure, now.ms, now.delays));
  }
  const counted = withContainer(run, container.name, { ...before, runs: before.runs + 1 });
  return exited({ pod, run: counted, container, now }, startErrorTermination(before, failure.message, now.ms));
}

function probed(
  before: ContainerRun,
  container: Container,
  { probe, success }: Extract<PodEvent, { kind: 'Probed' }>,
  nowMs: number,
): ContainerRun {
  const [spec, state] = [probeSpec(container, probe), before.probes[probe]];
  if (spec === undefined || state?.isInFlight !== true) {
    return before; // of a run before this one
  }
  return { ...before, probes: { ...before.probes, [probe]: probeAnswered(state, spec, success, nowMs) } };
}

function exited({ pod, run, container, now }: Subject, termination: Termination): PodRun {
  const restarts = run.termination === undefined && isRestarted(pod, run, container, termination.exitCode);
  return withContainer(run, container.name, ended(runOf(run, container), termination, restarts, now.delays));
}

function terminationOf(run: ContainerRun, exit: ContainerExit, nowMs: number): Termination {
  return {
    ...exit,
    reason: exit.exitCode === 0 ? 'Completed' : 'Error',
    startedAtMs: run.phase.kind === 'Running' ? run.phase.startedAtMs : nowMs,
    finishedAtMs: nowMs,
    containerId: run.containerId ?? '',
  };
}

const START_ERROR_EXIT_CODE = 128;

function startErrorTermination(run: ContainerRun, message: string, nowMs: number): Termination {
  return {
    exitCode: START_ERROR_EXIT_CODE,
    reason: 'StartError',
    message,
    startedAtMs: nowMs,
    finishedAtMs: nowMs,
    containerId: run.containerId ?? '',
  };
}

function isRestarted(pod: AgentPod, run: PodRun, container: Container, exitCode: number): boolean {
  const { phase } = runOf(run, container);
  const stop = phase.kind === 'Running' ? phase.stop : undefined;
  if (stop?.isReplacement === true) {
    return true;
  }
  if (isSidecar(pod, container)) {
    return !isPodOver(pod, run);
  }
  const isInit = pod.spec.initContainers.includes(container);
  const isUnfinished = exitCode !== 0 || stop !== undefined;
  return pod.spec.restartPolicy === 'Always' && !isInit ? true : pod.spec.restartPolicy !== 'Never' && isUnfinished;
}

/** A regular init container has succeeded; a sidecar has come up. */
export function isInitialized(pod: AgentPod, run: PodRun, container: Container): boolean {
  const containerRun = runOf(run, container);
  if (isSidecar(pod, container)) {
    return isStarted(containerRun, container) || containerRun.last !== undefined;
  }
  return containerRun.phase.kind === 'Ended' && containerRun.phase.termination.exitCode === 0;
}

/** Nothing of the pod will start again, except that it is deleted. */
export function isPodOver(pod: AgentPod, run: PodRun): boolean {
  return (
    hasFailedInit(pod, run) || pod.spec.containers.every((container) => runOf(run, container).phase.kind === 'Ended')
  );
}

export function hasFailedInit(pod: AgentPod, run: PodRun): boolean {
  return pod.spec.initContainers.some((container) => {
    const { phase } = runOf(run, container);
    return !isSidecar(pod, container) && phase.kind === 'Ended' && phase.termination.exitCode !== 0;
  });
}
