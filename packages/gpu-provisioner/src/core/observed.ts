import type { Node } from '@kaito/types';

import type { Claim } from './claim/claim.ts';
import type { Ownerless } from './collection/quarantine.ts';
import type { DrainedPod } from './deletion/drained-pods.ts';
import type { OfferingsView } from './launch/candidates.ts';
import type { Fleet } from './nodes/fleet.ts';
import type { PoolKnowledge } from './pools/pool-knowledge.ts';
import type { Settings } from './settings.ts';

/** All that one reconcile decides from: read once, before deciding, and never again while deciding. */
export interface Observed {
  /** Of the claim and of its pool. */
  readonly name: string;
  /** Absent: there is none that is ours to serve. */
  readonly claim?: Claim;
  /** Younger claims of the name, written in the other API: there is but one pool of it. */
  readonly rivals: readonly Claim[];
  /** Every Node that may be the claim's: by its pool's label, by its provider ID, or by its owner. */
  readonly nodes: readonly Node[];
  /** Of those of the Nodes that are being deleted, by Node name. */
  readonly pods: ReadonlyMap<string, readonly DrainedPod[]>;
  readonly fleet: Fleet;
  readonly pool: PoolKnowledge;
  /** Since when the pool has been seen without a claim. Absent: it has one, or there is no pool. */
  readonly ownerless?: Ownerless;
  /** False while so much is missing at once that nothing is given up for being missing, and where nothing is missing. */
  readonly mayCollect: boolean;
  /** What the region offers, and what could not be had there lately. */
  readonly offerings: OfferingsView;
  /** For how long nothing of the cloud's has been under way for the claim that is not launched yet. */
  readonly stalledMs: number;
  readonly settings: Settings;
  readonly now: Date;
}

export interface ObservedClaim extends Observed {
  readonly claim: Claim;
}
