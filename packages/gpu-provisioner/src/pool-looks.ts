import { ReconcileError } from '@kaito/controller-runtime';
import type { Clock } from '@kaito/controller-runtime';

import { retryPauseMs } from './core/launch/attempts.ts';
import { quietMs } from './core/pools/cloud.ts';
import type { AgentPool, AgentPools, CloudFailure } from './core/pools/cloud.ts';
import type { OperationGate } from './core/pools/operation-gate.ts';
import type { PoolTable } from './core/pools/pool-table.ts';
import type { Settings } from './core/settings.ts';
import { msBetween, plusMs } from './core/time.ts';
import { Rounds } from './rounds.ts';

export interface PoolLooksOptions {
  readonly cloud: AgentPools;
  readonly clock: Clock;
  readonly settings: Settings;
  /** Called with the names for which something may have changed. */
  readonly onNews: (names: readonly string[]) => void;
  /** Called after every list. */
  readonly onList?: () => void;
}

/** What one claim wants to know of the pools. */
export interface Curiosity {
  /** The pools are to be listed by then. */
  readonly lookAt?: Date;
  /** By then every pool is to be listed, not this one alone. */
  readonly isListWanted?: boolean;
  /** The cluster has as many pools as it may. */
  readonly waitsForRoom?: boolean;
}

/** Up to so many pools are looked at one by one. */
const FEW = 2;

/** Part of the pace of looks for which others may join one. */
const GATHERING = 20;

/** Looks at the pools as often as claims ask for it: one list for everybody, or one by one where they are few. */
export class PoolLooks {
  readonly #options: PoolLooksOptions;
  readonly #table: PoolTable;
  readonly #gate: OperationGate;
  readonly #rounds: Rounds;
  readonly #listWanted = new Set<string>();
  readonly #lookAt = new Map<string, Date>();
  /** Those who had a time to look at when they were asked last. */
  readonly #watching = new Set<string>();
  readonly #waitForRoom = new Set<string>();
  #failure: CloudFailure | undefined;
  #failures = 0;
  #listTriedAt: Date | undefined;
  #lookTriedAt: Date | undefined;

  /** What it sees it takes down in the table; who waits at the gate waits for news, too. */
  constructor(options: PoolLooksOptions, { gate, table }: { readonly gate: OperationGate; readonly table: PoolTable }) {
    this.#options = options;
    this.#gate = gate;
    this.#table = table;
    this.#rounds = new Rounds(options.clock);
  }

  /** Why the pools could not be looked at the last time. */
  get failure(): CloudFailure | undefined {
    return this.#failure;
  }

  isWatching(name: string): boolean {
    return this.#watching.has(name);
  }

  /** Replaces what the claim of this name wanted to know before. */
  expect(name: string, { isListWanted = false, lookAt, waitsForRoom = false }: Curiosity): void {
    keep(this.#listWanted, name, isListWanted);
    keep(this.#waitForRoom, name, waitsForRoom);
    keep(this.#watching, name, lookAt !== undefined);
    if (lookAt === undefined) {
      this.#lookAt.delete(name);
    } else {
      this.#lookAt.set(name, this.#gathered(name, lookAt));
      this.#rounds.wake();
    }
  }

  /** What many ask for at once is one look, unless it is about somebody's turn. */
  #gathered(name: string, lookAt: Date): Date {
    const now = this.#now();
    const before = this.#lookAt.get(name);
    if (lookAt > now || this.#gate.waiting.length > 0) {
      return lookAt;
    }
    const gatheredAt = plusMs(now, this.#options.settings.dueLookMs / GATHERING);
    return before === undefined ? gatheredAt : earlier(before, gatheredAt);
  }

  /** Asks for this one pool. */
  async lookUp(name: string, signal: AbortSignal): Promise<void> {
    const answer = await this.#options.cloud.get(name, signal);
    if (!answer.isOk) {
      throw lookFailed(answer.failure);
    }
    this.#take(name, answer.value);
  }

  /** Lists the pools once, and tells everybody who waits for it. */
  async list(signal: AbortSignal): Promise<void> {
    const askedAt = this.#now();
    const before = this.#table.listedAt;
    const known = new Map(this.#table.pools().map((pool) => [pool.name, pool.phase]));
    this.#listTriedAt = askedAt;
    this.#lookTriedAt = askedAt;
    const answer = await this.#options.cloud.list(signal);
    const waiting = [...this.#lookAt.keys(), ...this.#waitForRoom, ...this.#gate.waiting.map(({ name }) => name)];
    if (!answer.isOk) {
      this.#takeFailure(answer.failure);
      this.#options.onNews(before === undefined ? waiting : []);
      return;
    }
    this.#failure = undefined;
    this.#failures = 0;
    this.#table.takeList(answer.value, askedAt);
    for (const [name, lookAt] of this.#lookAt) {
      if (lookAt <= askedAt) {
        this.#lookAt.delete(name);
      }
    }
    this.#options.onList?.();
    this.#options.onNews([...new Set([...waiting, ...changed(known, this.#table.pools())])]);
  }

  /** When the pools are to be looked at next. */
  #nextLookAt(): Date {
    const { settings } = this.#options;
    const { idleLookMs, dueLookMs } = settings;
    const tried = this.#listTriedAt;
    if (tried === undefined) {
      return this.#now();
    }
    const lookTried = this.#lookTriedAt ?? tried;
    const failure = this.#failure;
    if (failure !== undefined) {
      return plusMs(lookTried, retryPauseMs(failure, this.#failures, settings));
    }
    const wanted = [...this.#lookAt.values()].reduce(earlier, plusMs(tried, idleLookMs));
    const soonest = plusMs(lookTried, this.#gate.waiting.length > 0 ? dueLookMs / 4 : dueLookMs / 2);
    return wanted < soonest ? soonest : wanted;
  }

  /** One or two pools are asked for by name, which is certain; all others share a list. */
  async #look(signal: AbortSignal): Promise<void> {
    const now = this.#now();
    const due = this.#dueBy(now);
    const dueSoon = this.#dueBy(plusMs(now, this.#options.settings.dueLookMs));
    const listed = this.#table.listedAt;
    const isListed = listed !== undefined && msBetween(listed, now) < this.#options.settings.idleLookMs;
    const isWanted = due.some((name) => this.#listWanted.has(name));
    const isListNeeded =
      isWanted || dueSoon.length > FEW || this.#gate.waiting.length > 0 || this.#failure !== undefined;
    if (due.length === 0 || !isListed || isListNeeded) {
      await this.list(signal);
      return;
    }
    this.#lookTriedAt = now;
    for (const name of due) {
      await this.#lookAtOne(name, signal);
    }
  }

  #dueBy(time: Date): readonly string[] {
    return [...this.#lookAt].filter(([, at]) => at <= time).map(([name]) => name);
  }

  async #lookAtOne(name: string, signal: AbortSignal): Promise<void> {
    const answer = await this.#options.cloud.get(name, signal);
    if (!answer.isOk) {
      this.#takeFailure(answer.failure);
      return;
    }
    this.#lookAt.delete(name);
    this.#take(name, answer.value);
    this.#options.onNews([name]);
  }

  #take(name: string, pool: AgentPool | undefined): void {
    if (pool === undefined) {
      this.takeGone(name, this.#now());
    } else {
      this.#table.takePresent(pool, this.#now());
    }
  }

  /** A call about this very pool found none: whoever waits for room hears of it. */
  takeGone(name: string, now: Date): void {
    this.#table.takeAbsent(name, now);
    this.#options.onNews([...this.#waitForRoom]);
  }

  /** Looks at the pools whenever somebody waits for news of them, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#rounds.run(async () => {
      const delayMs = msBetween(this.#now(), this.#nextLookAt());
      if (delayMs <= 0) {
        await this.#look(signal);
      }
      return delayMs;
    }, signal);
  }

  #takeFailure(failure: CloudFailure): void {
    this.#failure = failure;
    this.#failures += 1;
    this.#lookTriedAt = this.#now();
  }

  #now(): Date {
    return this.#options.clock.now();
  }
}

/** The reconcile that needed the look comes again later. */
function lookFailed(failure: CloudFailure): ReconcileError {
  const retryAfterMs = quietMs(failure);
  return new ReconcileError('AgentPoolNotReadable', `${failure.code}: ${failure.message}`, 'retry', {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function keep(names: Set<string>, name: string, isKept: boolean): void {
  if (isKept) {
    names.add(name);
  } else {
    names.delete(name);
  }
}

/** The names whose pool came, went, or changed its phase. */
function changed(before: ReadonlyMap<string, AgentPool['phase']>, pools: readonly AgentPool[]): readonly string[] {
  const now = new Map(pools.map(({ name, phase }) => [name, phase]));
  return [...new Set([...before.keys(), ...now.keys()])].filter((name) => before.get(name) !== now.get(name));
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}
