import type { ProbeAnswer } from './adapters/prober.ts';
import type { StartFailure } from './core/container-run.ts';
import type { PodPlace } from './core/environment.ts';
import type { AgentPod, Container } from './core/pod.ts';
import type { ContainerExit } from './core/pod-run.ts';
import type { ProbeKind } from './core/probe-run.ts';

/** A container whose program runs. */
export interface RunningContainer {
  readonly containerId: string;
  readonly exited: Promise<ContainerExit>;
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
  probe(container: Container, kind: ProbeKind): Promise<ProbeAnswer>;
}

export type StartResult =
  | { readonly kind: 'Started'; readonly running: RunningContainer }
  | { readonly kind: 'Failed'; readonly failure: StartFailure };

/** What a pod needs of the machine that it runs on. */
export interface PodHost {
  /** Makes the volumes; rejects with the reason why it cannot at the moment. */
  prepareVolumes(pod: AgentPod, signal: AbortSignal): Promise<void>;
  /** Brings changed ConfigMaps, Secrets and tokens into the volumes. */
  refreshVolumes(pod: AgentPod, signal: AbortSignal): Promise<void>;
  /** `runs`: how often the container was started before. */
  start(pod: AgentPod, container: Container, runs: number): Promise<StartResult>;
  /** Gives back what the pod held. Its logs stay until then. */
  remove(): Promise<void>;
  readonly place: PodPlace;
}

export interface PodEventNote {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}
