import { Quarantine } from './core/collection/quarantine.ts';
import type { Ownerless } from './core/collection/quarantine.ts';
import { quietMs } from './core/pools/cloud.ts';
import type { AgentPool, AgentPoolSpec, Answer, CloudFailure } from './core/pools/cloud.ts';
import { OperationGate } from './core/pools/operation-gate.ts';
import type { GatedOperation, GateRequest } from './core/pools/operation-gate.ts';
import type { PoolKnowledge, PoolView } from './core/pools/pool-knowledge.ts';
import { PoolTable } from './core/pools/pool-table.ts';
import { PoolLooks } from './pool-looks.ts';
import type { Curiosity, PoolLooksOptions } from './pool-looks.ts';

/** What one claim waits for. */
export interface Expectation extends Curiosity {
  readonly waitsFor?: GateRequest;
}

/** The agent pools as all claims share them: one list for everybody, one gate for operations, what was answered last. */
export class Pools {
  readonly #options: PoolLooksOptions;
  readonly #table = new PoolTable();
  readonly #gate = new OperationGate();
  readonly #quarantine = new Quarantine();
  readonly #looks: PoolLooks;

  constructor(options: PoolLooksOptions) {
    this.#options = options;
    this.#looks = new PoolLooks(options, { gate: this.#gate, table: this.#table });
  }

  /** Why the cloud cannot be reached, in words for the operator; undefined when it can. */
  get problem(): string | undefined {
    const { failure } = this.#looks;
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
    const { failure } = this.#looks;
    const running = this.#table.transitions().names;
    const turn = (operation: GatedOperation): PoolKnowledge['createTurn'] =>
      this.#gate.turn({ name, operation, createdAt }, this.#table.transitions(), now);
    return {
      view: this.#table.view(name),
      ...(refusals.create !== undefined && { refusedCreate: refusals.create }),
      ...(refusals.delete !== undefined && { refusedDelete: refusals.delete }),
      createTurn: turn('create'),
      deleteTurn: turn('delete'),
      ...(failure !== undefined && { listFailure: failure }),
      ...(this.#table.listedAt !== undefined && { listedAt: this.#table.listedAt, poolCount: this.all.length }),
      isAwaited: this.#gate.waiting.some((request) => request.name !== name),
      isRunWatched: running.length > 0 && running.every((other) => this.#looks.isWatching(other)),
      typicalDeletionMs: this.#table.lastDeletionMs ?? this.#options.settings.expectedDeletionMs,
    };
  }

  /** Takes down what the claim of this name waits for from here on; replaces what it waited for before. */
  expect(name: string, { waitsFor, ...curiosity }: Expectation): void {
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
    this.#looks.expect(name, curiosity);
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
      this.#looks.takeGone(name, now);
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
    await this.#looks.lookUp(name, signal);
  }

  /** Lists the pools once, and tells everybody who waits for it. */
  async list(signal: AbortSignal): Promise<void> {
    await this.#looks.list(signal);
  }

  /** Looks at the pools whenever somebody waits for news of them, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#looks.run(signal);
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

  #wakeWaiting(): void {
    this.#options.onNews(this.#gate.waiting.map(({ name }) => name));
  }

  #now(): Date {
    return this.#options.clock.now();
  }
}

function outcomeOf(answer: Answer<unknown>): 'Accepted' | 'Busy' | 'Other' {
  if (answer.isOk) {
    return 'Accepted';
  }
  return answer.failure.kind === 'Busy' ? 'Busy' : 'Other';
}
