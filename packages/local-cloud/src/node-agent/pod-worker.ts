import type { Clock, Logger } from '@kaito/controller-runtime';

import type { Delays } from './core/container-run.ts';
import type { AgentPod } from './core/pod.ts';
import { isOver } from './core/pod.ts';
import { step } from './core/pod-plan.ts';
import type { PodAction } from './core/pod-plan.ts';
import { apply, isPodOver } from './core/pod-run.ts';
import type { PodEvent, PodRun } from './core/pod-run.ts';
import { isInTransit, podStatus, resumedPodRun } from './core/pod-status.ts';
import type { PodStatus } from './core/pod-status.ts';
import type { PodEventNote, PodHost, RunningContainer } from './pod-ports.ts';

export interface PodWorkerOptions {
  readonly pod: AgentPod;
  readonly host: PodHost;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly delays: Delays;
  /** Something of the status may have changed. */
  readonly onChange: () => void;
  /** Every program has ended and nothing starts again. */
  readonly onFinished: () => void;
  readonly onNote: (note: PodEventNote) => void;
}

const REFRESH_EVERY_MS = 60_000;

/** Runs one pod: takes in what happens, asks the plan what to do, does it, and hears what came of it. */
export class PodWorker {
  readonly #options: PodWorkerOptions;
  readonly #running = new Map<string, RunningContainer>();
  readonly #stopped = new AbortController();
  #pod: AgentPod;
  #run: PodRun;
  #wake: AbortController | undefined;
  #wakeAtMs: number | undefined;

  constructor(options: PodWorkerOptions) {
    this.#options = options;
    this.#pod = options.pod;
    const nowMs = options.clock.now().getTime();
    const startedMs = Date.parse(options.pod.status.startTime ?? '');
    this.#run = resumedPodRun(options.pod, nowMs, Number.isNaN(startedMs) ? nowMs : startedMs);
  }

  get pod(): AgentPod {
    return this.#pod;
  }

  /** Whether the status is about to change again at once. */
  get isInTransit(): boolean {
    return this.#run.termination === undefined && isInTransit(this.#pod, this.#run);
  }

  /** Nothing of it will run again. */
  get isOver(): boolean {
    return isOver(this.#pod) || isPodOver(this.#pod, this.#run);
  }

  get isTerminating(): boolean {
    return this.#run.termination !== undefined;
  }

  status(): PodStatus {
    const { place } = this.#options.host;
    return podStatus(this.#pod, this.#run, place, this.#nowMs());
  }

  start(): void {
    if (!isOver(this.#pod)) {
      void this.#refreshUntilStopped();
    }
    this.#advance();
  }

  /** The object has changed. */
  update(pod: AgentPod): void {
    if (pod !== this.#pod) {
      this.#pod = pod;
      this.#advance();
    }
  }

  /** Ends every program, by force after `graceMs`. A shorter grace than before counts. */
  terminate(graceMs: number): void {
    if (this.#nowMs() + graceMs >= (this.#run.termination?.killAtMs ?? Infinity)) {
      return;
    }
    this.#stopped.abort();
    this.#take({ kind: 'Terminate', graceMs });
  }

  #nowMs(): number {
    return this.#options.clock.now().getTime();
  }

  #take(event: PodEvent): void {
    this.#run = apply(this.#pod, this.#run, event, { ms: this.#nowMs(), delays: this.#options.delays });
    this.#advance();
    this.#options.onChange();
  }

  #advance(): void {
    if (this.#run.termination === undefined && isOver(this.#pod)) {
      return; // ended under an agent before this one
    }
    const { run, actions, wakeAtMs } = step(this.#pod, this.#run, { ms: this.#nowMs(), delays: this.#options.delays });
    this.#run = run;
    this.#sleepUntil(wakeAtMs);
    for (const action of actions) {
      this.#execute(action);
    }
  }

  #execute(action: PodAction): void {
    switch (action.kind) {
      case 'PrepareVolumes':
        void this.#prepareVolumes();
        return;
      case 'Start':
        void this.#start(action);
        return;
      case 'Signal':
        this.#running.get(action.container.name)?.signal(action.signal);
        return;
      case 'Probe':
        void this.#probe(action);
        return;
      case 'Report':
        this.#options.onNote({ type: 'Normal', reason: action.reason, message: action.message });
        return;
      case 'Finish':
        this.#stopped.abort();
        this.#sleepUntil(undefined);
        this.#options.onFinished();
        return;
    }
  }

  async #prepareVolumes(): Promise<void> {
    try {
      await this.#options.host.prepareVolumes(this.#pod, this.#stopped.signal);
      this.#take({ kind: 'VolumesReady' });
    } catch (error) {
      const message = `MountVolume.SetUp failed: ${describe(error)}`;
      if (!this.#stopped.signal.aborted) {
        this.#options.onNote({ type: 'Warning', reason: 'FailedMount', message });
      }
      this.#take({ kind: 'VolumesFailed', message });
    }
  }

  async #start({ container, runs }: Extract<PodAction, { kind: 'Start' }>): Promise<void> {
    const { name } = container;
    const result = await this.#options.host.start(this.#pod, container, runs);
    if (result.kind === 'Failed') {
      this.#options.onNote({ type: 'Warning', reason: 'Failed', message: `Error: ${result.failure.message}` });
      this.#take({ kind: 'StartFailed', container: name, failure: result.failure });
      return;
    }
    const { running } = result;
    this.#running.set(name, running);
    this.#take({ kind: 'Started', container: name, containerId: running.containerId });
    const exit = await running.exited;
    this.#running.delete(name);
    this.#options.logger.info({ container: name, exitCode: exit.exitCode }, 'Container ended');
    this.#take({ kind: 'Exited', container: name, exit });
  }

  async #probe({ container, probe: kind }: Extract<PodAction, { kind: 'Probe' }>): Promise<void> {
    const running = this.#running.get(container.name);
    if (running === undefined) {
      return;
    }
    const { success, message } = await running.probe(container, kind);
    if (this.#running.get(container.name) !== running || this.#stopped.signal.aborted) {
      return; // the answer of a program that is gone
    }
    if (!success && kind !== 'startup') {
      const label = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
      this.#options.onNote({ type: 'Warning', reason: 'Unhealthy', message: `${label} probe failed: ${message}` });
    }
    this.#take({ kind: 'Probed', container: container.name, probe: kind, success });
  }

  #sleepUntil(atMs: number | undefined): void {
    if (atMs === this.#wakeAtMs && atMs !== undefined) {
      return;
    }
    this.#wake?.abort();
    this.#wakeAtMs = atMs;
    if (atMs === undefined) {
      return;
    }
    this.#wake = new AbortController();
    void this.#wakeAfter(Math.max(0, atMs - this.#nowMs()), this.#wake.signal);
  }

  async #wakeAfter(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.clock.sleep(ms, signal);
    } catch {
      return; // another moment counts by now
    }
    if (!signal.aborted) {
      this.#wakeAtMs = undefined;
      this.#advance();
      this.#options.onChange();
    }
  }

  async #refreshUntilStopped(): Promise<void> {
    const { clock, host, logger } = this.#options;
    const { signal } = this.#stopped;
    const hasEnded = (): boolean => signal.aborted;
    while (!hasEnded()) {
      try {
        await clock.sleep(REFRESH_EVERY_MS, signal);
        if (this.#run.volumes.kind === 'Ready') {
          await host.refreshVolumes(this.#pod, signal);
        }
      } catch (error) {
        if (!hasEnded()) {
          logger.warn({ err: error }, 'Refreshing volumes failed');
        }
      }
    }
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
