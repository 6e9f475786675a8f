import type { CloudBehaviour } from '@kaito/testkit';

/** How the cloud of a story behaves, in seconds of the cloud; the same in real and in virtual time. */
export interface CloudSettings {
  /** From the create to the Node, and to its being Ready. */
  readonly nodeSeconds: number;
  readonly readySeconds: number;
  /** From the create to the pool being Succeeded. */
  readonly poolSeconds: number;
  readonly deletionSeconds: number;
  readonly concurrency: CloudBehaviour['concurrency'];
  /** vCPUs by family. */
  readonly quotas: Readonly<Record<string, number>>;
}

/** When each step in the life of a claim was first seen, in milliseconds of the stage. */
export interface Moments {
  poolMade?: number;
  nodeReady?: number;
  claimReady?: number;
  /** When a condition or an event first said why it cannot be had. */
  told?: number;
  /** When it was certainly there, last. */
  poolSeen?: number;
  poolGone?: number;
  claimGone?: number;
}

/** A request to the cloud. */
export interface CloudCall {
  readonly verb: 'PUT' | 'DELETE' | 'GET' | 'LIST' | 'POST';
  /** Whether it is about sizes and quotas, and not about pools. */
  readonly isCompute: boolean;
}

/** What the process has taken so far. */
export interface Usage {
  readonly residentMiB: number;
  readonly peakMiB: number;
  readonly cpuSeconds: number;
}

/** A cluster, a cloud and one provisioner at work between them, in real or in virtual time. */
export interface Stage {
  readonly nowMs: number;
  createClaim(name: string): Promise<void>;
  deleteClaim(name: string): Promise<void>;
  of(name: string): Moments;
  /** Lets time pass until it is so; throws when it is not so in time. */
  until(what: string, isSo: () => boolean, limitSeconds: number): Promise<void>;
  pause(seconds: number): Promise<void>;
  /** The provisioner dies; nobody starts another. */
  kill(): Promise<void>;
  /** Another one is there at once. */
  start(): Promise<void>;
  /** All since the beginning, in order. */
  calls(): Promise<readonly CloudCall[]>;
  /** Undefined where there is no process. */
  usage(): Promise<Usage | undefined>;
  stop(): Promise<void>;
}

export const TYPICAL: CloudSettings = {
  nodeSeconds: 20,
  readySeconds: 40,
  poolSeconds: 45,
  deletionSeconds: 20,
  concurrency: 'parallel',
  quotas: {},
};
