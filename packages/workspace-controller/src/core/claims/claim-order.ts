import type { Workspace } from '@kaito/types';

import type { Spec } from '../spec/spec.ts';
import type { NodeClass } from './node-class.ts';

/** For whom a claim is made, and what it must bring. */
export interface ClaimOrder {
  readonly workspace: Workspace;
  readonly spec: Spec;
  /** When claims before it were asked for within the hour; empty: none was. */
  readonly earlierAttempts: string;
}

/** An order to a provisioner that makes nodes of a class. */
export interface ClassOrder extends ClaimOrder {
  readonly nodeClass: NodeClass;
  /** What every node must be besides, by label, as the configuration says. */
  readonly requirements?: Readonly<Record<string, string>> | undefined;
  /** Of its nodes where the Workspace does not say. */
  readonly imageFamily?: string | undefined;
}
