import type { Container } from './pod.ts';
import type { ProbeKind, ProbeRun } from './probe-run.ts';
import { newProbeRun } from './probe-run.ts';
import type { BackOff, BackOffRule } from './restart-back-off.ts';
import { backOffAfterExit } from './restart-back-off.ts';

export interface Termination {
  readonly exitCode: number;
  /** The signal's number, when one ended the program. */
  readonly signal?: number | undefined;
  readonly reason: string;
  readonly message?: string | undefined;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly containerId: string;
}

/** A stop under way: SIGTERM was sent, SIGKILL follows. */
export interface Stop {
  readonly killAtMs: number;
  readonly isKilled: boolean;
  /** Because the container is to run another image: it starts again whatever the restart policy says. */
  readonly isReplacement?: boolean;
}

export type Phase =
  /** Not its turn yet, or about to be started. */
  | { readonly kind: 'Waiting' }
  | { readonly kind: 'Starting' }
  /** Cannot start at the moment; tried again at `untilMs`. */
  | { readonly kind: 'Held'; readonly reason: string; readonly message: string; readonly untilMs: number }
  | { readonly kind: 'Running'; readonly startedAtMs: number; readonly stop?: Stop }
  /** Ended for good. */
  | { readonly kind: 'Ended'; readonly termination: Termination };

/** What the agent knows of one container of a pod. */
export interface ContainerRun {
  readonly phase: Phase;
  /** How often it was started so far. */
  readonly runs: number;
  /** The image as it was when the container started; another one in the spec means start anew. */
  readonly image: string;
  readonly containerId?: string;
  /** The run before the present one. */
  readonly last?: Termination;
  readonly restarts?: BackOff;
  /** How often in a row the image was not to be had. */
  readonly pullFailures: number;
  readonly probes: Readonly<Partial<Record<ProbeKind, ProbeRun>>>;
}

/** Why a container did not start. */
export type StartFailure =
  /** The image name cannot be read; nothing but another name helps. */
  | { readonly kind: 'InvalidImageName'; readonly message: string }
  | { readonly kind: 'UnknownImage'; readonly message: string }
  | { readonly kind: 'CreateContainerConfigError'; readonly message: string }
  /** The program could not be executed; counts as an exit. */
  | { readonly kind: 'StartError'; readonly message: string };

/** Delays of the kubelet, after scaling. */
export interface Delays {
  readonly restart: BackOffRule;
  /** Before a container is tried again whose configuration is incomplete. */
  readonly retryMs: number;
}

export function newContainerRun(container: Container): ContainerRun {
  return { phase: { kind: 'Waiting' }, runs: 0, image: container.image, pullFailures: 0, probes: {} };
}

export function started(
  run: ContainerRun,
  container: Container,
  containerId: string,
  times: { readonly startedAtMs: number; readonly podStartMs: number },
): ContainerRun {
  const probe = (kind: ProbeKind): Partial<Record<ProbeKind, ProbeRun>> => {
    const spec = probeSpec(container, kind);
    return spec === undefined ? {} : { [kind]: newProbeRun(kind, spec, times) };
  };
  return {
    ...run,
    phase: { kind: 'Running', startedAtMs: times.startedAtMs },
    runs: run.runs + 1,
    image: container.image,
    containerId,
    pullFailures: 0,
    probes: { ...probe('startup'), ...probe('readiness'), ...probe('liveness') },
  };
}

export function probeSpec(container: Container, kind: ProbeKind): Container['startupProbe'] {
  return { startup: container.startupProbe, readiness: container.readinessProbe, liveness: container.livenessProbe }[
    kind
  ];
}

/** The program ended: it waits for its next start, or has ended for good. */
export function ended(run: ContainerRun, termination: Termination, restarts: boolean, delays: Delays): ContainerRun {
  if (!restarts) {
    return { ...run, phase: { kind: 'Ended', termination }, probes: {} };
  }
  const { waitMs, next } = backOffAfterExit(run.restarts, termination.finishedAtMs, delays.restart);
  const phase: Phase =
    waitMs === 0
      ? { kind: 'Waiting' }
      : {
          kind: 'Held',
          reason: 'CrashLoopBackOff',
          message: `back-off ${describeMs(waitMs)} restarting failed container`,
          untilMs: termination.finishedAtMs + waitMs,
        };
  return { ...run, phase, last: termination, restarts: next, probes: {} };
}

export function startFailed(
  run: ContainerRun,
  failure: Exclude<StartFailure, { kind: 'StartError' }>,
  nowMs: number,
  delays: Delays,
): ContainerRun {
  const hold = (reason: string, message: string, untilMs: number): ContainerRun => ({
    ...run,
    phase: { kind: 'Held', reason, message, untilMs },
  });
  switch (failure.kind) {
    case 'InvalidImageName':
      return hold('InvalidImageName', failure.message, Number.POSITIVE_INFINITY);
    case 'CreateContainerConfigError':
      return hold('CreateContainerConfigError', failure.message, nowMs + delays.retryMs);
    case 'UnknownImage': {
      const delayMs = Math.min(delays.restart.maxMs, delays.restart.initialMs * 2 ** run.pullFailures);
      const isFirst = run.pullFailures === 0;
      const held = isFirst
        ? hold('ErrImagePull', failure.message, nowMs + delayMs)
        : hold('ImagePullBackOff', backOffMessage(run, failure.message), nowMs + delayMs);
      return { ...held, pullFailures: Math.min(run.pullFailures + 1, 30) };
    }
    default:
      return failure satisfies never;
  }
}

/** After a tenth of the first wait the reason changes, as it does at the kubelet's next look at the pod. */
export function settlePull(run: ContainerRun, nowMs: number, delays: Delays): ContainerRun {
  const { phase } = run;
  if (phase.kind !== 'Held' || phase.reason !== 'ErrImagePull' || nowMs < settlesAtMs(phase.untilMs, delays)) {
    return run;
  }
  return { ...run, phase: { ...phase, reason: 'ImagePullBackOff', message: backOffMessage(run, phase.message) } };
}

/** When a held container is to be looked at again. */
export function heldUntilMs(phase: Phase & { kind: 'Held' }, delays: Delays): number {
  return phase.reason === 'ErrImagePull' ? settlesAtMs(phase.untilMs, delays) : phase.untilMs;
}

function settlesAtMs(untilMs: number, delays: Delays): number {
  return untilMs - delays.restart.initialMs * 0.9;
}

function backOffMessage(run: ContainerRun, cause: string): string {
  return `Back-off pulling image "${run.image}": ErrImagePull: ${cause}`;
}

function describeMs(ms: number): string {
  const seconds = ms / 1000;
  return seconds >= 60 ? `${Math.floor(seconds / 60)}m${seconds % 60}s` : `${seconds}s`;
}

export function restartCount(run: ContainerRun): number {
  return Math.max(0, run.runs - 1);
}

/** Whether the startup probe, if there is one, has succeeded. */
export function isStarted(run: ContainerRun, container: Container): boolean {
  return run.phase.kind === 'Running' && (container.startupProbe === undefined || run.probes.startup?.verdict === true);
}

export function isReady(run: ContainerRun, container: Container): boolean {
  return (
    isStarted(run, container) && (container.readinessProbe === undefined || run.probes.readiness?.verdict === true)
  );
}
