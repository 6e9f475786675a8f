import type { Machine, Node } from '@kaito/types';

import type { DrainedPod } from './drain.ts';
import type { MachineStatus } from './machine-status.ts';
import type { ObjectPatch } from './node-patch.ts';

/** What the caches of the Kubernetes API show of one claim. */
export interface ClusterView {
  readonly machine?: Machine;
  readonly nodes: readonly Node[];
  readonly pods: ReadonlyMap<string, readonly DrainedPod[]>;
}

/** The Kubernetes cluster as this controller needs it. */
export interface Cluster {
  view(name: string): ClusterView;
  /** Reads past every cache. */
  getMachine(name: string, signal: AbortSignal): Promise<Machine | undefined>;
  getNode(name: string, signal: AbortSignal): Promise<Node | undefined>;
  patchMachine(name: string, patch: ObjectPatch, signal: AbortSignal): Promise<void>;
  patchMachineStatus(
    name: string,
    written: { readonly uid: string; readonly status: MachineStatus },
    signal: AbortSignal,
  ): Promise<void>;
  deleteMachine(machine: Machine, signal: AbortSignal): Promise<void>;
  patchNode(name: string, patch: ObjectPatch, signal: AbortSignal): Promise<void>;
  deleteNode(name: string, uid: string, signal: AbortSignal): Promise<void>;
  /** A refusal by a disruption budget is kept for the next view. */
  evictPod(
    pod: { readonly namespace: string; readonly name: string; readonly uid: string },
    signal: AbortSignal,
  ): Promise<void>;
  /** A Warning event on the Machine. */
  warn(machine: { readonly name: string; readonly uid: string }, reason: string, message: string): void;
}
