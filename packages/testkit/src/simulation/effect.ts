/** The two controllers. */
export const ROLES = ['workspace-controller', 'gpu-provisioner'] as const;
export type Role = (typeof ROLES)[number];

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
