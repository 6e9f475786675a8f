/** What a Lease says, as far as an election needs it. */
export interface LeaseRecord {
  readonly resourceVersion: string;
  /** Empty: released. */
  readonly holder: string;
  readonly durationMs: number | undefined;
  /** Counts the terms: whoever takes the lease adds one, also a process that takes it from its own predecessor. */
  readonly transitions: number;
}

/** What a candidate has seen of the lease so far. */
export interface Observation {
  readonly lease: LeaseRecord | undefined;
  /** How long the lease has certainly not been written, by our own clock alone. */
  readonly unchangedForMs: number;
}

/** A term of office. */
export interface Term {
  readonly transitions: number;
}

/** Adds a look at the lease, `waitedMs` after the one before. Any write to it counts as a sign of life. */
export function observed(
  before: Observation | undefined,
  lease: LeaseRecord | undefined,
  waitedMs: number,
): Observation {
  const isUnchanged = before?.lease?.resourceVersion === lease?.resourceVersion;
  return { lease, unchangedForMs: before !== undefined && isUnchanged ? before.unchangedForMs + waitedMs : 0 };
}

/**
 * Whether a candidate may take the lease: there is none, it was released, it is ours from before a restart, or its
 * holder has not renewed it for as long as the holder itself promised to.
 */
export function mayTake(
  { lease, unchangedForMs }: Observation,
  { identity, leaseDurationMs }: { readonly identity: string; readonly leaseDurationMs: number },
): boolean {
  if (lease === undefined || lease.holder === '' || lease.holder === identity) {
    return true;
  }
  return unchangedForMs >= (lease.durationMs ?? leaseDurationMs);
}

/** Whether the lease still stands for our term; another process of the same identity may have taken it. */
export function isStillOurs(lease: LeaseRecord, term: Term, identity: string): boolean {
  return lease.holder === identity && lease.transitions === term.transitions;
}
