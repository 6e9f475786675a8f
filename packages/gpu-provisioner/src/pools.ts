import { ReconcileError } from '@kaito/controller-runtime';
import type { Clock } from '@kaito/controller-runtime';

import { retryPauseMs } from './core/launch/attempts.ts';
import { quietMs } from './core/pools/cloud.ts';
import type { AgentPool, AgentPools, AgentPoolSpec, Answer, CloudFailure } from './core/pools/cloud.ts';
import { OperationGate } from './core/pools/operation-gate.ts';
import type { GatedOperation, GateRequest } from './core/pools/operation-gate.ts';
import type { PoolKnowledge, PoolView } from './core/pools/pool-knowledge.ts';
import { PoolTable } from './core/pools/pool-table.ts';
import { Quarantine } from './core/collection/quarantine.ts';
import type { Ownerless } from './core/collection/quarantine.ts';
import type { Settings } from './core/settings.ts';
import { msBetween, plusMs } from './core/time.ts';

export interface PoolsOptions {
  readonly cloud: AgentPools;
  readonly clock: Clock;
  readonly settings: Settings;
  /** Called with the names for which something may have changed. */
  readonly onNews: (names: readonly string[]) => void;
  /** Called after every list. */
  readonly onList?: () => void;
}

/** Up to so many pools are looked at one by one. */
const FEW = 2;

/** Part of the pace of looks for which others may join one. */
const GATHERING = 20;

/** What one claim waits for. */
export interface Expectation {
  /** The pools are to be listed by then. */
  readonly lookAt?: Date;
  /** By then every pool is to be listed, not this one alone. */
  readonly isListWanted?: boolean;
  readonly waitsFor?: GateRequest;
  /** The cluster has as many pools as it may. */
  readonly waitsForRoom?: boolean;
}

/** The agent pools as all claims share them: one list for everybody, one gate for operations, what was answered last. */
export class Pools {
  readonly #options: PoolsOptions;
  readonly #table = new PoolTable();
  readonly #gate = new OperationGate();
  readonly #listWanted = new Set<string>();
  readonly #quarantine = new Quarantine();
  readonly #lookAt = new Map<string, Date>();
  /** Those who had a time to look at when they were asked last. */
  readonly #watching = new Set<string>();
  readonly #waitForRoom = new Set<string>();
  #listFailure: CloudFailure | undefined;
  #listFailures = 0;
  #listTriedAt: Date | undefined;
  #lookTriedAt: Date | undefined;
  #wake = new AbortController();

  constructor(options: PoolsOptions) {
    this.#options = options;
  }

  /** Why the cloud cannot be reached, in words for the operator; undefined when it can. */
  get problem(): string | undefined {
    const failure = this.#listFailure;
    if (failure !== undefined) {
      return `the agent pools cannot be listed: ${failure.code}: ${failure.message}`;
    }
    return this.#table.listedAt === undefined ? 'the agent pools have not been listed yet' : undefined;
  }

  /** Undefined until the pools have been listed. */
  get listedAt(): Date | undefined {
    return this.#table.listedAt;
  }

  /** Every pool that is known, whoever made it. */
  get all(): readonly AgentPool[] {
    return this.#table.pools();
  }

  view(name: string): PoolView {
    return this.#table.view(name);
  }

  /** Takes down that there is a claim of the pool's name, or none: since when, if there is such a pool. */
  seeOwner(name: string, hasClaim: boolean): Ownerless | undefined {
    const view = this.#table.view(name);
    if (hasClaim || view.state !== 'Present') {
      this.#quarantine.end(name);
      return undefined;
    }
    return this.#quarantine.take(name, view.observedAt, this.#now());
  }

  knowledge(name: string, createdAt: Date): PoolKnowledge {
    const now = this.#now();
    const refusals = this.#table.refusals(name);
    const running = this.#table.transitions().names;
    const turn = (operation: GatedOperation): PoolKnowledge['createTurn'] =>
      this.#gate.turn({ name, operation, createdAt }, this.#table.transitions(), now);
    return {
      view: this.#table.view(name),
      ...(refusals.create !== undefined && { refusedCreate: refusals.create }),
      ...(refusals.delete !== undefined && { refusedDelete: refusals.delete }),
      createTurn: turn('create'),
      deleteTurn: turn('delete'),
      ...(this.#listFailure !== undefined && { listFailure: this.#listFailure }),
      ...(this.#table.listedAt !== undefined && { listedAt: this.#table.listedAt, poolCount: this.all.length }),
      isAwaited: this.#gate.waiting.some((request) => request.name !== name),
      isRunWatched: running.length > 0 && running.every((other) => this.#watching.has(other)),
      typicalDeletionMs: this.#table.lastDeletionMs ?? this.#options.settings.expectedDeletionMs,
    };
  }

  /** Takes down what the claim of this name waits for from here on; replaces what it waited for before. */
  expect(name: string, { isListWanted = false, lookAt, waitsFor, waitsForRoom = false }: Expectation): void {
    const wasWaiting = this.#gate.waiting.some((request) => request.name === name);
    if (waitsFor === undefined) {
      this.#gate.leave(name);
    } else {
      this.#gate.wait(waitsFor);
    }
    if (wasWaiting && waitsFor === undefined) {
      this.#wakeWaiting();
    } else if (!wasWaiting && waitsFor !== undefined) {
      this.#options.onNews(this.#table.transitions().names.filter((running) => running !== name));
    }
    keep(this.#listWanted, name, isListWanted);
    keep(this.#waitForRoom, name, waitsForRoom);
    if (lookAt === undefined) {
      this.#watching.delete(name);
      this.#lookAt.delete(name);
    } else {
      this.#watching.add(name);
      this.#lookAt.set(name, this.#gathered(name, lookAt));
      this.#wake.abort();
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

  /** Nobody has a claim of this name any more. */
  forget(name: string): void {
    this.expect(name, {});
    this.#table.forget(name);
  }

  /**
   * `record` makes the attempt durable; it runs when the turn is certain, and when it fails nothing is sent. Undefined:
   * it was not its turn any more.
   */
  async create(
    spec: AgentPoolSpec,
    from: { readonly createdAt: Date; readonly generation: number; readonly record: () => Promise<void> },
    signal: AbortSignal,
  ): Promise<Answer<AgentPool> | undefined> {
    const { name } = spec;
    return this.#inTurn({ name, operation: 'create', createdAt: from.createdAt }, async () => {
      await from.record();
      this.#table.takeCreateSent(name);
      const answer = await this.#options.cloud.create(spec, signal);
      if (answer.isOk) {
        this.#table.forgetRefusal(name, 'create');
        this.#table.takePresent(answer.value, this.#now());
        return answer;
      }
      const { failure } = answer;
      this.#table.takeRefusal(name, 'create', { at: this.#now(), failure, generation: from.generation });
      if (failure.kind === 'AlreadyExists' || failure.kind === 'OwnOperation') {
        await this.lookUp(name, signal);
      }
      return answer;
    });
  }

  /** Answers why it was refused, when it was. */
  async delete(
    { createdAt, ...pool }: Pick<AgentPool, 'name' | 'etag'> & { readonly createdAt: Date },
    signal: AbortSignal,
  ): Promise<CloudFailure | undefined> {
    const { name } = pool;
    const answer = await this.#inTurn({ name, operation: 'delete', createdAt }, async () =>
      this.#options.cloud.delete(pool, signal),
    );
    if (answer === undefined) {
      return undefined;
    }
    const now = this.#now();
    if (!answer.isOk) {
      this.#table.takeRefusal(name, 'delete', { at: now, failure: answer.failure });
      this.#table.takeDoubt(name);
      return answer.failure;
    }
    this.#table.forgetRefusal(name, 'delete');
    if (answer.value === 'absent') {
      this.#takeGone(name, now);
    } else {
      this.#table.takePhase(name, 'Deleting', now);
    }
    this.#options.onNews([name]);
    return undefined;
  }

  async abort(name: string, signal: AbortSignal): Promise<void> {
    const answer = await this.#options.cloud.abort(name, signal);
    this.#table.forgetRefusal(name, 'delete');
    if (answer.isOk) {
      this.#table.takePhase(name, 'Canceling', this.#now());
    } else {
      this.#table.takeDoubt(name);
    }
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
      this.#takeListFailure(answer.failure);
      this.#options.onNews(before === undefined ? waiting : []);
      return;
    }
    this.#listFailure = undefined;
    this.#listFailures = 0;
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
  nextLookAt(): Date {
    const { settings } = this.#options;
    const { idleLookMs, dueLookMs } = settings;
    const tried = this.#listTriedAt;
    if (tried === undefined) {
      return this.#now();
    }
    const failure = this.#listFailure;
    if (failure !== undefined) {
      return plusMs(this.#lookTriedAt ?? tried, retryPauseMs(failure, this.#listFailures, settings));
    }
    const wanted = [...this.#lookAt.values()].reduce(earlier, plusMs(tried, idleLookMs));
    const soonest = plusMs(this.#lookTriedAt ?? tried, this.#gate.waiting.length > 0 ? dueLookMs / 4 : dueLookMs / 2);
    return wanted < soonest ? soonest : wanted;
  }

  /** One or two pools are asked for by name, which is certain; all others share a list. */
  async look(signal: AbortSignal): Promise<void> {
    const now = this.#now();
    const due = this.#dueBy(now);
    const dueSoon = this.#dueBy(plusMs(now, this.#options.settings.dueLookMs));
    const listed = this.#table.listedAt;
    const isListed = listed !== undefined && msBetween(listed, now) < this.#options.settings.idleLookMs;
    const isWanted = due.some((name) => this.#listWanted.has(name));
    const isListNeeded =
      isWanted || dueSoon.length > FEW || this.#gate.waiting.length > 0 || this.#listFailure !== undefined;
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
      this.#takeListFailure(answer.failure);
      return;
    }
    this.#lookAt.delete(name);
    this.#take(name, answer.value);
    this.#options.onNews([name]);
  }

  #take(name: string, pool: AgentPool | undefined): void {
    if (pool === undefined) {
      this.#takeGone(name, this.#now());
    } else {
      this.#table.takePresent(pool, this.#now());
    }
  }

  /** Whoever waits for room hears of it. */
  #takeGone(name: string, now: Date): void {
    this.#table.takeAbsent(name, now);
    this.#options.onNews([...this.#waitForRoom]);
  }

  /** Looks at the pools whenever somebody waits for news of them, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#wake = new AbortController();
      const delayMs = msBetween(this.#now(), this.nextLookAt());
      const turn = delayMs <= 0 ? this.look(signal) : this.#pause(delayMs, signal);
      await turn.catch((error: unknown) => {
        if (!signal.aborted) {
          throw error;
        }
      });
    }
  }

  /** Shorter when somebody wants news sooner. */
  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    const wake = this.#wake.signal;
    await this.#options.clock.sleep(ms, AbortSignal.any([signal, wake])).catch((error: unknown) => {
      if (!wake.aborted) {
        throw error;
      }
    });
  }

  async #inTurn<T>(request: GateRequest, send: () => Promise<Answer<T>>): Promise<Answer<T> | undefined> {
    if (!this.#gate.enter(request, this.#table.transitions(), this.#now())) {
      return undefined;
    }
    let outcome: 'Accepted' | 'Busy' | 'Other' = 'Other';
    try {
      const answer = await send();
      outcome = outcomeOf(answer);
      const askedMs = answer.isOk ? undefined : quietMs(answer.failure);
      if (askedMs !== undefined) {
        this.#gate.keepQuiet(request.operation, askedMs, this.#now());
      }
      return answer;
    } finally {
      this.#gate.exit(request.name, outcome, this.#now());
      this.#wakeWaiting();
    }
  }

  #takeListFailure(failure: CloudFailure): void {
    this.#listFailure = failure;
    this.#listFailures += 1;
    this.#lookTriedAt = this.#now();
  }

  #wakeWaiting(): void {
    this.#options.onNews(this.#gate.waiting.map(({ name }) => name));
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

function outcomeOf(answer: Answer<unknown>): 'Accepted' | 'Busy' | 'Other' {
  if (answer.isOk) {
    return 'Accepted';
  }
  return answer.failure.kind === 'Busy' ? 'Busy' : 'Other';
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
