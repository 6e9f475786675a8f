import type { Manifest } from '@kaito/controller-runtime';
import type { WorkspaceStatus } from '@kaito/types';

import type { OrderKind } from './claims/claim.ts';

/** What a Workspace owns in its namespace; the headless Service is one of the Services. */
export type WorkloadKind = 'Service' | 'Deployment' | 'StatefulSet';

/** What can be deleted. */
export type DeletedKind = WorkloadKind | OrderKind | 'Pod';

/** Something that people should hear of; recorded about the Workspace. */
export interface Notice {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** What was done or attempted, CamelCase. */
  readonly action: string;
}

/** One write to the world. Each may be repeated without harm. */
export type Action =
  | { readonly kind: 'AddFinalizer' }
  | { readonly kind: 'RemoveFinalizer' }
  | { readonly kind: 'CreateClaim'; readonly api: OrderKind; readonly manifest: Manifest }
  | { readonly kind: 'Apply'; readonly target: WorkloadKind; readonly manifest: Manifest }
  | { readonly kind: 'ScalePool'; readonly name: string; readonly uid: string; readonly replicas: number }
  | NodeLabelling
  | { readonly kind: 'Delete'; readonly target: DeletedKind; readonly name: string; readonly uid: string }
  | { readonly kind: 'Notify'; readonly notice: Notice }
  | {
      readonly kind: 'WriteStatus';
      readonly status: WorkspaceStatus;
      /** Names of Nodes that this write takes; refused when somebody else has taken one meanwhile. */
      readonly reserves?: readonly string[];
    };

export interface NodeLabelling {
  readonly kind: 'LabelNode';
  readonly name: string;
  readonly uid: string;
  readonly labels: LabelChanges;
  /** Refused when the Node has changed since; absent: the labels do not depend on what was seen. */
  readonly resourceVersion?: string;
}

export type Labels = Readonly<Record<string, string>>;

/** Null takes a label away. */
export type LabelChanges = Readonly<Record<string, string | null>>;

export interface Plan {
  /** In the order in which they are done; a crash after any of them leaves a state to go on from. */
  readonly actions: readonly Action[];
  /** Look again after this long even if nothing changes: a deadline passes then. Absent: wait for a change. */
  readonly requeueAfterMs?: number;
}
