import { msBetween } from '../time.ts';

interface Stall {
  readonly uid: string;
  /** Before `since`. */
  readonly ms: number;
  /** Time counts from then on; absent: it stands still. */
  readonly since?: Date;
}

/**
 * For how long claims have been waiting to be launched without an operation of the cloud under way, or its turn awaited.
 * In memory alone: another process begins to count anew.
 */
export class LaunchStalls {
  readonly #stalls = new Map<string, Stall>();

  ms({ name, uid }: { readonly name: string; readonly uid: string }, now: Date): number {
    const stall = this.#stalls.get(name);
    return stall?.uid === uid ? stall.ms + (stall.since === undefined ? 0 : msBetween(stall.since, now)) : 0;
  }

  /** Whether time counts for this claim from now on. */
  note(claim: { readonly name: string; readonly uid: string }, isStalled: boolean, now: Date): void {
    const ms = this.ms(claim, now);
    if (ms === 0 && !isStalled) {
      this.#stalls.delete(claim.name);
    } else {
      this.#stalls.set(claim.name, { uid: claim.uid, ms, ...(isStalled && { since: now }) });
    }
  }

  /** Nobody has a claim of this name any more. */
  forget(name: string): void {
    this.#stalls.delete(name);
  }
}
