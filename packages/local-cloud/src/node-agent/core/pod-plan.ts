import type { ContainerRun, Phase, Stop } from './container-run.ts';
import { heldUntilMs, isStarted, probeSpec, settlePull } from './container-run.ts';
import type { AgentPod, Container } from './pod.ts';
import { allContainers, isSidecar } from './pod.ts';
import { hasFailedInit, isInitialized, isPodOver, runOf, withContainer } from './pod-run.ts';
import type { Now, PodRun } from './pod-run.ts';
import type { ProbeKind } from './probe-run.ts';
import { probeSent } from './probe-run.ts';

/** One thing to be done for a pod; its outcome comes back as an event. */
export type PodAction =
  | { readonly kind: 'PrepareVolumes' }
  | {
      readonly kind: 'Start';
      readonly container: Container;
      /** How many runs there were before. */ readonly runs: number;
    }
  | { readonly kind: 'Signal'; readonly container: Container; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | { readonly kind: 'Probe'; readonly container: Container; readonly probe: ProbeKind }
  /** Every program has ended: give everything back, and let the object go. */
  | { readonly kind: 'Finish' }
  | { readonly kind: 'Report'; readonly reason: string; readonly message: string };

export interface Step {
  readonly run: PodRun;
  readonly actions: readonly PodAction[];
  /** When to look again even if nothing happens. */
  readonly wakeAtMs?: number | undefined;
}

/** What one container needs at the moment. */
interface ContainerStep {
  readonly run: ContainerRun;
  readonly actions: readonly PodAction[];
  readonly wakesAtMs: readonly number[];
}

/** Decides what is to be done now. A second call with the answer's run asks for nothing more. */
export function step(pod: AgentPod, run: PodRun, now: Now): Step {
  if (run.termination !== undefined) {
    return stepTermination(pod, run, run.termination.killAtMs, now);
  }
  if (run.volumes.kind !== 'Ready') {
    return stepVolumes(run, now);
  }
  return joined(
    run,
    allContainers(pod).map((container) => [container.name, stepContainer(pod, run, container, now)]),
  );
}

function joined(run: PodRun, steps: readonly (readonly [string, ContainerStep])[]): Step {
  const wakes = steps.flatMap(([, { wakesAtMs }]) => wakesAtMs).filter((atMs) => Number.isFinite(atMs));
  return {
    run: steps.reduce(
      (state, [name, { run: container }]) =>
        state.containers[name] === container ? state : withContainer(state, name, container),
      run,
    ),
    actions: steps.flatMap(([, { actions }]) => actions),
    wakeAtMs: wakes.length === 0 ? undefined : Math.min(...wakes),
  };
}

function stepVolumes(run: PodRun, { ms }: Now): Step {
  const { volumes } = run;
  if (volumes.kind === 'Preparing') {
    return { run, actions: [] };
  }
  if (volumes.kind === 'Failed' && ms < volumes.untilMs) {
    return { run, actions: [], wakeAtMs: volumes.untilMs };
  }
  return { run: { ...run, volumes: { kind: 'Preparing' } }, actions: [{ kind: 'PrepareVolumes' }] };
}

function stepContainer(pod: AgentPod, podRun: PodRun, container: Container, now: Now): ContainerStep {
  const run = settlePull(runOf(podRun, container), now.ms, now.delays);
  switch (run.phase.kind) {
    case 'Starting':
    case 'Ended':
      return idle(run);
    case 'Waiting':
      return mayStart(pod, podRun, container) ? start(run, container) : idle(run);
    case 'Held':
      if (run.image !== container.image) {
        return start({ ...run, image: container.image, pullFailures: 0 }, container);
      }
      return now.ms < run.phase.untilMs
        ? { run, actions: [], wakesAtMs: [heldUntilMs(run.phase, now.delays)] }
        : start(run, container);
    case 'Running':
      return stepRunning(pod, podRun, { container, run, phase: run.phase }, now);
    default:
      return run.phase satisfies never;
  }
}

const idle = (run: ContainerRun): ContainerStep => ({ run, actions: [], wakesAtMs: [] });

function start(run: ContainerRun, container: Container): ContainerStep {
  return {
    run: { ...run, phase: { kind: 'Starting' } },
    actions: [{ kind: 'Start', container, runs: run.runs }],
    wakesAtMs: [],
  };
}

/** Init containers one after the other, then all others together. */
function mayStart(pod: AgentPod, run: PodRun, container: Container): boolean {
  const { initContainers } = pod.spec;
  const index = initContainers.indexOf(container);
  const before = index < 0 ? initContainers : initContainers.slice(0, index);
  return !hasFailedInit(pod, run) && before.every((earlier) => isInitialized(pod, run, earlier));
}

interface Running {
  readonly container: Container;
  readonly run: ContainerRun;
  readonly phase: Phase & { readonly kind: 'Running' };
}

function stepRunning(pod: AgentPod, podRun: PodRun, running: Running, now: Now): ContainerStep {
  const { container, run, phase } = running;
  if (phase.stop !== undefined) {
    return stepStop(running, phase.stop, now);
  }
  const reason = stopReason(pod, podRun, running);
  if (reason !== undefined) {
    const stop: Stop = { killAtMs: now.ms + reason.graceMs, isKilled: false, isReplacement: reason.isReplacement };
    return {
      run: { ...run, phase: { ...phase, stop } },
      actions: [
        { kind: 'Report', reason: 'Killing', message: reason.message },
        { kind: 'Signal', container, signal: 'SIGTERM' },
      ],
      wakesAtMs: [stop.killAtMs],
    };
  }
  return stepProbes(running, now);
}

interface StopReason {
  readonly message: string;
  readonly graceMs: number;
  readonly isReplacement: boolean;
}

/** Why a running container has to end although its pod stays; undefined: it may run on. */
function stopReason(pod: AgentPod, podRun: PodRun, { container, run }: Running): StopReason | undefined {
  const podGraceMs = pod.spec.terminationGracePeriodSeconds * 1000;
  if (run.image !== container.image) {
    return {
      message: `Container ${container.name} definition changed, will be restarted`,
      graceMs: podGraceMs,
      isReplacement: true,
    };
  }
  for (const kind of ['startup', 'liveness'] as const) {
    if (run.probes[kind]?.verdict === false) {
      const ownGrace = probeSpec(container, kind)?.terminationGracePeriodSeconds;
      return {
        message: `Container ${container.name} failed ${kind} probe, will be restarted`,
        graceMs: ownGrace === undefined ? podGraceMs : ownGrace * 1000,
        isReplacement: false,
      };
    }
  }
  return isSidecar(pod, container) && isPodOver(pod, podRun)
    ? { message: `Stopping container ${container.name}`, graceMs: podGraceMs, isReplacement: false }
    : undefined;
}

function stepStop({ container, run, phase }: Running, stop: Stop, { ms }: Now): ContainerStep {
  if (stop.isKilled) {
    return idle(run);
  }
  if (ms < stop.killAtMs) {
    return { run, actions: [], wakesAtMs: [stop.killAtMs] };
  }
  return {
    run: { ...run, phase: { ...phase, stop: { ...stop, isKilled: true } } },
    actions: [{ kind: 'Signal', container, signal: 'SIGKILL' }],
    wakesAtMs: [],
  };
}

/** The startup probe alone until it has succeeded, then the two others. */
function stepProbes({ container, run }: Running, { ms }: Now): ContainerStep {
  const kinds: readonly ProbeKind[] = isStarted(run, container) ? ['readiness', 'liveness'] : ['startup'];
  const awaited = kinds.flatMap((kind) => {
    const probe = run.probes[kind];
    return probe === undefined || probe.isInFlight ? [] : [{ kind, probe }];
  });
  const due = awaited.filter(({ probe }) => probe.dueAtMs <= ms);
  const sent = Object.fromEntries(due.map(({ kind, probe }) => [kind, probeSent(probe)]));
  return {
    run: due.length === 0 ? run : { ...run, probes: { ...run.probes, ...sent } },
    actions: due.map(({ kind }) => ({ kind: 'Probe', container, probe: kind })),
    wakesAtMs: awaited.filter((one) => !due.includes(one)).map(({ probe }) => probe.dueAtMs),
  };
}

/** Everything gets SIGTERM, sidecars when the others are gone; what is left at the deadline gets SIGKILL. */
function stepTermination(pod: AgentPod, run: PodRun, killAtMs: number, now: Now): Step {
  const isBusy = (container: Container): boolean => ['Running', 'Starting'].includes(runOf(run, container).phase.kind);
  if (run.volumes.kind === 'Preparing') {
    return { run, actions: [] };
  }
  const busy = allContainers(pod).filter(isBusy);
  if (busy.length === 0) {
    return run.isFinishing
      ? { run, actions: [] }
      : { run: { ...run, isFinishing: true }, actions: [{ kind: 'Finish' }] };
  }
  const others = busy.filter((container) => !isSidecar(pod, container));
  return joined(
    run,
    busy.map((container) => {
      const isTurn = others.length === 0 || others.includes(container) || now.ms >= killAtMs;
      return [
        container.name,
        isTurn ? terminate(runOf(run, container), container, killAtMs, now) : idle(runOf(run, container)),
      ];
    }),
  );
}

function terminate(run: ContainerRun, container: Container, killAtMs: number, now: Now): ContainerStep {
  if (run.phase.kind !== 'Running') {
    return idle(run); // being started: its turn comes when that is known
  }
  const { stop } = run.phase;
  if (stop !== undefined) {
    const sooner = { ...stop, killAtMs: Math.min(stop.killAtMs, killAtMs) };
    return stepStop({ container, run, phase: run.phase }, sooner, now);
  }
  const phase: Phase = { ...run.phase, stop: { killAtMs, isKilled: false } };
  return {
    run: { ...run, phase },
    actions: [{ kind: 'Signal', container, signal: 'SIGTERM' }],
    wakesAtMs: [killAtMs],
  };
}
