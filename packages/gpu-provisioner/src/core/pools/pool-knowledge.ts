import type { AgentPool, CloudFailure } from './cloud.ts';

/**
 * Why a pool is thought absent: a list, which may have been an old one, did not name it; two in a row did not; the cloud
 * was asked for it by name.
 */
export type AbsenceEvidence = 'List' | 'Lists' | 'Lookup';

export interface AbsentPool {
  readonly state: 'Absent';
  readonly observedAt: Date;
  readonly evidence: AbsenceEvidence;
  /** It was there and was seen being deleted, so no create of it is still under way. */
  readonly wasDeleting: boolean;
}

export interface PresentPool {
  readonly state: 'Present';
  readonly observedAt: Date;
  readonly pool: AgentPool;
  /** Since when it is seen in its phase. */
  readonly phaseSince: Date;
  /** Since when it runs again after it stood still, or after it was first looked at. Absent: it has run ever since it was made. */
  readonly runsSince?: Date;
}

/** What is known of the pool of one name. `Unknown`: the pools have not been listed since this process began. */
export type PoolView = { readonly state: 'Unknown' } | AbsentPool | PresentPool;

/** The last answer to an operation on a pool, when it was no. */
export interface Refusal {
  readonly at: Date;
  readonly failure: CloudFailure;
  /** How many there were in a row. */
  readonly count: number;
  /** Of the claim that was refused; absent when the failure was read from the pool. */
  readonly generation?: number;
}

/** Whether an operation may be sent now. Without `until` it is another operation that is waited for. */
export type Turn = { readonly mayGo: true } | { readonly mayGo: false; readonly until?: Date };

export interface PoolKnowledge {
  readonly view: PoolView;
  readonly refusedCreate?: Refusal;
  readonly refusedDelete?: Refusal;
  readonly createTurn: Turn;
  readonly deleteTurn: Turn;
  /** Why the pools could not be listed the last time. */
  readonly listFailure?: CloudFailure;
  /** When the last list was asked for. */
  readonly listedAt?: Date;
  /** How many the cluster has, whoever made them. Absent: not listed yet. */
  readonly poolCount?: number;
  readonly typicalDeletionMs: number;
  /** Somebody else waits for the operation on this pool to end. */
  readonly isAwaited: boolean;
  /** Whoever owns the pools that are in transition looks at how far they are. */
  readonly isRunWatched: boolean;
}
