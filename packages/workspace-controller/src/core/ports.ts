import type { Manifest } from '@kaito/controller-runtime';
import type { ObjectMeta, Workspace, WorkspaceStatus } from '@kaito/types';

import type { DeletedKind, NodeLabelling, Notice, WorkloadKind } from './actions.ts';
import type { OrderKind } from './claims/claim.ts';
import type { Observed } from './observed.ts';

export interface ObjectIdentity {
  readonly name: string;
  /** An object of this name with another uid is left alone. */
  readonly uid: string;
}

/** A claim or NodePool whose Workspace is gone. */
export interface Orphan {
  readonly target: DeletedKind;
  readonly metadata: ObjectMeta;
}

export interface StatusWrite {
  readonly status: WorkspaceStatus;
  /** Names of Nodes. */
  readonly reserves?: readonly string[];
}

/** The world as this controller needs it. adapters/ implements it for real, tests in memory. */
export interface World {
  /** Undefined when the Workspace is gone. */
  observe(key: string, signal: AbortSignal): Promise<Observed | undefined>;
  /** What brings nodes to a Workspace that the API server, asked past the cache, does not have. */
  orphans(key: string, signal: AbortSignal): Promise<readonly Orphan[]>;
  /** Refused when the Workspace has changed since it was observed. */
  setFinalizers(workspace: Workspace, finalizers: readonly string[], signal: AbortSignal): Promise<void>;
  /** Resolves also when this Workspace's claim or NodePool of that name exists; throws when somebody else's does. */
  createClaim(workspace: Workspace, api: OrderKind, manifest: Manifest, signal: AbortSignal): Promise<void>;
  /** Leaves the rest of the NodePool as it is. Resolves also when it is gone. */
  scalePool(pool: ObjectIdentity, replicas: number, signal: AbortSignal): Promise<void>;
  apply(target: WorkloadKind, manifest: Manifest, signal: AbortSignal): Promise<void>;
  /** Resolves also when the Node is gone. */
  labelNode(node: Omit<NodeLabelling, 'kind'>, signal: AbortSignal): Promise<void>;
  /** Starts deletion; resolves also when there is nothing to delete. */
  delete(
    target: DeletedKind,
    object: ObjectIdentity & { readonly namespace: string | undefined },
    signal: AbortSignal,
  ): Promise<void>;
  notify(workspace: Workspace, notice: Notice): void;
  /** The whole of it, refused when the Workspace has changed since. Throws without a request when a Node that is to be reserved is somebody else's by now. */
  writeStatus(workspace: Workspace, written: StatusWrite, signal: AbortSignal): Promise<void>;
}
