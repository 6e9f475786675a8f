import type { Node, Workspace } from '@kaito/types';

/** A Workspace that counts on a Node, or that its mark names. */
export interface Holding {
  /** `namespace/name`. */
  readonly workspace: string;
  readonly uid: string;
  readonly createdAt: string;
  /** Its uid stands on the Node, so that its pods can run there. */
  readonly isMarked: boolean;
  /** It has fewer nodes than it wants. */
  readonly isShort: boolean;
}

/** An older Workspace that has fewer nodes than it wants, and what it sees. */
export interface Rival {
  readonly workspace: Workspace;
  readonly nodes: readonly Node[];
  /** By Node name: who else has it. */
  readonly holdings: ReadonlyMap<string, Holding>;
}
