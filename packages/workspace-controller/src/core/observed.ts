import type { Deployment, Machine, Node, Pod, Service, Workspace } from '@kaito/types';

/** All that one reconcile decides from: read once, before deciding, and never again while deciding. */
export interface Observed {
  readonly workspace: Workspace;
  /**
   * The claims that carry this Workspace's two labels, whoever made them. Before the finalizer may go this is what
   * the API server has, not what the cache shows.
   */
  readonly machines: readonly Machine[];
  /** Of the names that this Workspace would give its claims: those that somebody else's Machine holds. */
  readonly foreignMachineNames: readonly string[];
  /** Nodes that may serve it: its own, its claims', preferred ones, and those of its size that nobody owns. */
  readonly nodes: readonly Node[];
  /** Of the Workspace's name, whoever made it. */
  readonly deployment: Deployment | undefined;
  /** Of the Workspace's name, whoever made it. */
  readonly service: Service | undefined;
  /** Labelled with the Workspace's name. */
  readonly pods: readonly Pod[];
  readonly now: Date;
}
