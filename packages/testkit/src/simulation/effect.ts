/** Which of the two controllers. */
export type Role = 'workspace-controller' | 'gpu-provisioner';

export interface Call {
  /** `compute`: reads of what the region offers, which nobody counts. */
  readonly system: 'kubernetes' | 'cloud' | 'compute';
  readonly verb: string;
  /** `machines/ws012345678`, `agentpools`. */
  readonly target: string;
  readonly isWrite: boolean;
}

/** One request of a controller to the world outside it: where something may go wrong. */
export interface Effect extends Call {
  /** Its number in the run, from 0. */
  readonly index: number;
  readonly role: Role;
}
