import type { Deployment, MetadataOnly, Node, NodePool, Pod, StatefulSet, Workspace } from '@kaito/types';

import type { Claim } from './claims/claim.ts';
import type { Holding, Rival } from './nodes/holding.ts';

/** All that one reconcile decides from: read once, before deciding, and never again while deciding. */
export interface Observed {
  readonly workspace: Workspace;
  /**
   * The claims that carry this Workspace's two labels, whoever made them. Before the finalizer may go this is what
   * the API server has, not what the cache shows.
   */
  readonly claims: readonly Claim[];
  /** Of the names that this Workspace would give its claims and its NodePool: those that somebody else's have. */
  readonly foreignClaimNames: readonly string[];
  /** Why a claim that is gone had no capacity, as its provisioner recorded it; unknown where a claim itself said so. */
  readonly recordedRefusal: string | undefined;
  /** Which APIs to ask for nodes with the cluster has. */
  readonly served: { readonly machines: boolean; readonly nodeClaims: boolean; readonly nodePools: boolean };
  /** The static NodePool with this Workspace's two labels, whoever made it. */
  readonly nodePool: NodePool | undefined;
  /** Nodes that may serve it: its own, its claims', preferred ones, and those that nobody owns and that may fit. */
  readonly nodes: readonly Node[];
  /** By Node name, of `nodes`: which other Workspace holds it. */
  readonly holdings: ReadonlyMap<string, Holding>;
  /** Where nobody buys nodes and this one has some: older Workspaces that are short of nodes which may be these. */
  readonly rivals: readonly Rival[];
  /** Of the Workspace's name, whoever made it. */
  readonly deployment: Deployment | undefined;
  /** Of the Workspace's name, whoever made it. */
  readonly statefulSet: StatefulSet | undefined;
  /** Of the Workspace's name, whoever made it. */
  readonly service: MetadataOnly | undefined;
  /** By which the members of a StatefulSet find each other, whoever made it. */
  readonly headlessService: MetadataOnly | undefined;
  /** Labelled with the Workspace's name. */
  readonly pods: readonly Pod[];
  /** Names of the Nodes of those pods that the cluster does not have any more. */
  readonly goneNodes: readonly string[];
  readonly now: Date;
}
