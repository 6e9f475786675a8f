import { msBetween, timeOf } from '../time.ts';
import { isInTransition } from './cloud.ts';
import type { AgentPool } from './cloud.ts';
import type { Transitions } from './operation-gate.ts';
import type { AbsentPool, PoolView, PresentPool, Refusal } from './pool-knowledge.ts';

type KnownView = AbsentPool | PresentPool;

type Operation = 'create' | 'delete';

interface Refusals {
  readonly create?: Refusal;
  readonly delete?: Refusal;
}

const UNKNOWN: PoolView = { state: 'Unknown' };

/**
 * What is known of every agent pool of the cluster: the last list, corrected by the answers to our own calls since.
 * It lives in memory alone: everything in it can be asked for again.
 */
export class PoolTable {
  readonly #views = new Map<string, KnownView>();
  readonly #refusals = new Map<string, Refusals>();
  /** When the list that was taken in last had been asked for. */
  #listedAt: Date | undefined;
  #lastDeletionMs: number | undefined;

  get listedAt(): Date | undefined {
    return this.#listedAt;
  }

  /** How long the last deletion took that was seen from its beginning to its end. */
  get lastDeletionMs(): number | undefined {
    return this.#lastDeletionMs;
  }

  view(name: string): PoolView {
    const known = this.#views.get(name);
    if (known !== undefined || this.#listedAt === undefined) {
      return known ?? UNKNOWN;
    }
    return listedAbsent(this.#listedAt);
  }

  refusals(name: string): Refusals {
    return this.#refusals.get(name) ?? {};
  }

  pools(): readonly AgentPool[] {
    return [...this.#views.values()].flatMap((view) => (view.state === 'Present' ? [view.pool] : []));
  }

  transitions(): Transitions {
    const names = this.pools()
      .filter(isInTransition)
      .map(({ name }) => name);
    return { names, listedAt: this.#listedAt };
  }

  /**
   * Takes in a list that was asked for at `askedAt`; what was learned of a pool after that stays. A cluster always
   * has a system pool, so a list without any pool is not believed.
   */
  takeList(pools: readonly AgentPool[], askedAt: Date): void {
    if (pools.length === 0) {
      return;
    }
    this.#listedAt = askedAt;
    const listed = new Map(pools.map((pool) => [pool.name, pool]));
    for (const [name, view] of this.#views) {
      if (!listed.has(name) && view.observedAt < askedAt) {
        this.#setAbsent(name, view, askedAt);
      }
    }
    for (const pool of pools) {
      const known = this.#views.get(pool.name);
      if (known === undefined || known.observedAt < askedAt) {
        this.takePresent(pool, askedAt);
      }
    }
  }

  /** Takes in what a call about this pool showed. */
  takePresent(pool: AgentPool, at: Date): void {
    const before = this.#views.get(pool.name);
    const isSamePhase = before?.state === 'Present' && before.pool.phase === pool.phase;
    const runsSince = runningSince(before, pool, at);
    this.#views.set(pool.name, {
      state: 'Present',
      pool,
      observedAt: at,
      phaseSince: isSamePhase ? before.phaseSince : at,
      ...(runsSince !== undefined && { runsSince }),
    });
    if (pool.failure !== undefined && !isSamePhase) {
      this.takeRefusal(pool.name, 'create', { at, failure: pool.failure });
    }
  }

  /** A call about this very pool found none. */
  takeAbsent(name: string, at: Date): void {
    this.#views.set(name, {
      state: 'Absent',
      observedAt: at,
      evidence: 'Lookup',
      wasDeleting: isDeletionSeen(this.#views.get(name)),
    });
  }

  /** An operation on a known pool was accepted, which brings it into this phase. */
  takePhase(name: string, phase: AgentPool['phase'], at: Date): void {
    const view = this.#views.get(name);
    if (view?.state === 'Present') {
      const { etag: _etag, failure: _failure, ...pool } = view.pool;
      this.takePresent({ ...pool, phase }, at);
    }
  }

  /** What was known of the pool may not hold any more; the next list or look tells. */
  takeDoubt(name: string): void {
    const view = this.#views.get(name);
    if (view?.state === 'Present') {
      this.#views.set(name, { ...view, observedAt: timeOf('') });
    }
  }

  /** A create is on its way: that there was no pool says nothing any more. */
  takeCreateSent(name: string): void {
    this.#views.delete(name);
  }

  takeRefusal(name: string, operation: Operation, refused: Omit<Refusal, 'count'>): void {
    const before = this.refusals(name);
    const count = (before[operation]?.count ?? 0) + 1;
    this.#refusals.set(name, { ...before, [operation]: { ...refused, count } });
  }

  forgetRefusal(name: string, operation: Operation): void {
    const { [operation]: _, ...rest } = this.refusals(name);
    this.#refusals.set(name, rest);
  }

  /** Nobody asks for this name any more; a pool that is there stays known. */
  forget(name: string): void {
    this.#refusals.delete(name);
    if (this.#views.get(name)?.state === 'Absent') {
      this.#views.delete(name);
    }
  }

  #setAbsent(name: string, before: KnownView, at: Date): void {
    if (before.state === 'Absent') {
      this.#views.set(name, before.evidence === 'List' ? { ...before, observedAt: at, evidence: 'Lists' } : before);
      return;
    }
    const wasDeleting = isDeletionSeen(before);
    if (wasDeleting) {
      this.#lastDeletionMs = msBetween(before.phaseSince, at);
    }
    this.#views.set(name, { ...listedAbsent(at), wasDeleting });
  }
}

function isDeletionSeen(view: KnownView | undefined): boolean {
  return view?.state === 'Present' ? view.pool.phase === 'Deleting' : view?.wasDeleting === true;
}

/** Undefined: it does not run, or has run without a break since it was made. */
function runningSince(before: KnownView | undefined, pool: AgentPool, at: Date): Date | undefined {
  if (!isRunning(pool)) {
    return undefined;
  }
  if (before?.state === 'Present') {
    const isBack = before.pool.phase === 'Changing' || before.pool.isStopped === true;
    return isBack ? at : before.runsSince;
  }
  return at;
}

function isRunning({ isStopped, phase }: AgentPool): boolean {
  return phase === 'Ready' && isStopped !== true;
}

function listedAbsent(at: Date): AbsentPool {
  return { state: 'Absent', observedAt: at, evidence: 'List', wasDeleting: false };
}
