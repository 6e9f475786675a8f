import type { AgentPool, AgentPools, AgentPoolSpec, Answer, CloudFailure, PoolPhase } from '../src/core/pools/cloud.ts';

/** How long things take, and what the cloud refuses. */
export interface CloudBehaviour {
  readonly nodeMs: number;
  readonly readyMs: number;
  readonly succeededMs: number;
  readonly deletionMs: number;
  readonly abortMs: number;
  /** One operation at a time on the whole cluster. */
  readonly isSerial: boolean;
  /** A pool being created is not deleted, only aborted. */
  readonly mustAbort: boolean;
}

export const typicalCloud: CloudBehaviour = {
  nodeMs: 20_000,
  readyMs: 40_000,
  succeededMs: 45_000,
  deletionMs: 20_000,
  abortMs: 3_000,
  isSerial: false,
  mustAbort: false,
};

export interface Vm {
  readonly pool: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly bootedAt: number;
  readonly readyAt: number;
}

interface StoredPool {
  readonly spec: AgentPoolSpec;
  readonly createdAt: number;
  phase: PoolPhase;
  /** When the operation that runs is over; undefined: none runs. */
  doneAt: number | undefined;
  failure: CloudFailure | undefined;
}

export interface CloudCall {
  readonly at: number;
  readonly verb: 'PUT' | 'DELETE' | 'POST' | 'GET' | 'LIST';
  readonly name: string;
  readonly outcome: string;
}

/** Runs around every call, before and after it takes effect; throws what the caller is to see instead. */
export type Disturb = (point: string) => void;

/** The agent pools of an AKS cluster that ages with the clock. */
export class SimulatedCloud implements AgentPools {
  readonly calls: CloudCall[] = [];
  readonly #pools = new Map<string, StoredPool>();
  readonly #now: () => number;
  readonly #disturb: Disturb;
  readonly #behaviour: CloudBehaviour;
  /** Answers the next creates, first come first. */
  readonly refuseCreates: CloudFailure[] = [];
  readonly refuseDeletes: CloudFailure[] = [];
  /** Makes the next pools fail after they were accepted. */
  readonly failPools: CloudFailure[] = [];
  listFailure: CloudFailure | undefined;
  /** The next call of this kind is done, but its answer is lost on the way. */
  loseAnswerOf: CloudCall['verb'] | undefined;

  constructor({ now, disturb, behaviour }: { now: () => number; disturb: Disturb; behaviour: CloudBehaviour }) {
    this.#now = now;
    this.#disturb = disturb;
    this.#behaviour = behaviour;
    this.addForeign('system');
  }

  addForeign(
    name: string,
    tags: Readonly<Record<string, string>> = {},
    nodeLabels: Readonly<Record<string, string>> = {},
  ): void {
    const spec = { name, vmSize: 'Standard_D2s_v5', osDiskSizeGiB: 0, tags, nodeLabels, nodeTaints: [] };
    this.#pools.set(name, { spec, createdAt: this.#now(), phase: 'Ready', doneAt: undefined, failure: undefined });
  }

  /** What was called, `second verb outcome`, after the list that every process begins with. */
  log(): readonly string[] {
    const [first] = this.calls;
    const startedAt = first?.at ?? 0;
    return this.calls.slice(1).map(({ at, outcome, verb }) => `${(at - startedAt) / 1000} ${verb} ${outcome}`);
  }

  /** As a person does it in the portal. */
  removePool(name: string): void {
    this.#pools.delete(name);
  }

  names(): readonly string[] {
    this.#age();
    return [...this.#pools.keys()];
  }

  accepted(verb: CloudCall['verb'], name?: string): number {
    return this.count(verb, name, 'accepted');
  }

  count(verb: CloudCall['verb'], name?: string, outcome?: string): number {
    return this.calls.filter(
      (call) =>
        call.verb === verb &&
        (name === undefined || call.name === name) &&
        (outcome === undefined || call.outcome === outcome),
    ).length;
  }

  /** The machines there are, booted or not. */
  vms(): readonly Vm[] {
    this.#age();
    return [...this.#pools.values()]
      .filter(({ failure, phase, spec }) => failure === undefined && spec.name !== 'system' && hasVm(phase))
      .map(({ createdAt, spec }) => ({
        pool: spec.name,
        labels: spec.nodeLabels,
        bootedAt: createdAt + this.#behaviour.nodeMs,
        readyAt: createdAt + this.#behaviour.readyMs,
      }));
  }

  /** When something changes by itself next. */
  nextChangeAt(): number | undefined {
    const now = this.#now();
    const times = [
      ...[...this.#pools.values()].flatMap(({ doneAt }) => (doneAt === undefined ? [] : [doneAt])),
      ...this.vms().flatMap(({ bootedAt, readyAt }) => [bootedAt, readyAt]),
    ].filter((time) => time > now);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  async create(spec: AgentPoolSpec): Promise<Answer<AgentPool>> {
    return this.#call('PUT', spec.name, () => {
      const refused = this.refuseCreates.shift();
      if (refused !== undefined) {
        return no(refused);
      }
      if (this.#pools.has(spec.name)) {
        return no({ kind: 'AlreadyExists', code: 'PreconditionFailed', message: 'it exists' });
      }
      if (this.#isBusy(spec.name)) {
        return no(busy);
      }
      const createdAt = this.#now();
      const pool: StoredPool = {
        spec,
        createdAt,
        phase: 'Creating',
        doneAt: createdAt + this.#behaviour.succeededMs,
        failure: this.failPools.shift(),
      };
      this.#pools.set(spec.name, pool);
      return yes(seen(pool));
    });
  }

  async delete({ name }: Pick<AgentPool, 'name'>): Promise<Answer<'accepted' | 'absent'>> {
    return this.#call('DELETE', name, () => {
      const refused = this.refuseDeletes.shift();
      if (refused !== undefined) {
        return no(refused);
      }
      const pool = this.#pools.get(name);
      if (pool === undefined) {
        return yes('absent' as const);
      }
      if (this.#behaviour.mustAbort && (pool.phase === 'Creating' || pool.phase === 'Canceling')) {
        return no({ kind: 'OwnOperation', code: 'OperationNotAllowed', message: 'in progress' });
      }
      if (this.#isBusy(name)) {
        return no(busy);
      }
      pool.phase = 'Deleting';
      pool.doneAt = this.#now() + this.#behaviour.deletionMs;
      return yes('accepted' as const);
    });
  }

  async abort(name: string): Promise<Answer<'accepted'>> {
    return this.#call('POST', name, () => {
      const pool = this.#pools.get(name);
      if (pool?.phase !== 'Creating') {
        return no({ kind: 'Rejected', code: 'OperationNotAllowed', message: 'nothing to abort' });
      }
      pool.phase = 'Canceling';
      pool.doneAt = this.#now() + this.#behaviour.abortMs;
      return yes('accepted' as const);
    });
  }

  async get(name: string): Promise<Answer<AgentPool | undefined>> {
    return this.#call('GET', name, () => {
      const pool = this.#pools.get(name);
      return yes(pool === undefined ? undefined : seen(pool));
    });
  }

  async list(): Promise<Answer<readonly AgentPool[]>> {
    return this.#call('LIST', '', () =>
      this.listFailure === undefined ? yes([...this.#pools.values()].map(seen)) : no(this.listFailure),
    );
  }

  #isBusy(name: string): boolean {
    return (
      this.#behaviour.isSerial &&
      [...this.#pools.values()].some(({ doneAt, spec }) => spec.name !== name && doneAt !== undefined)
    );
  }

  #call<T>(verb: CloudCall['verb'], name: string, work: () => Answer<T>): Answer<T> {
    this.#age();
    this.#disturb(`${verb} ${name} before`);
    const answer = work();
    const outcome = answer.isOk ? (answer.value === 'absent' ? 'absent' : 'accepted') : answer.failure.kind;
    this.calls.push({ at: this.#now(), verb, name, outcome });
    this.#disturb(`${verb} ${name} after`);
    if (this.loseAnswerOf === verb) {
      this.loseAnswerOf = undefined;
      return no({ kind: 'Transient', code: 'ECONNRESET', message: 'socket hang up' });
    }
    return answer;
  }

  #age(): void {
    const now = this.#now();
    for (const [name, pool] of this.#pools) {
      if (pool.doneAt === undefined || pool.doneAt > now) {
        continue;
      }
      pool.doneAt = undefined;
      if (pool.phase === 'Deleting') {
        this.#pools.delete(name);
      } else if (pool.phase === 'Canceling') {
        pool.phase = 'Canceled';
      } else {
        pool.phase = pool.failure === undefined ? 'Ready' : 'Failed';
      }
    }
  }
}

const busy: CloudFailure = { kind: 'Busy', code: 'OperationNotAllowed', message: 'another operation is in progress' };

function hasVm(phase: PoolPhase): boolean {
  return phase === 'Creating' || phase === 'Ready';
}

function seen({ failure, phase, spec }: StoredPool): AgentPool {
  const { name, nodeLabels, tags, vmSize } = spec;
  return { name, phase, vmSize, tags, nodeLabels, ...(phase === 'Failed' && failure !== undefined && { failure }) };
}

function yes<T>(value: T): Answer<T> {
  return { isOk: true, value };
}

function no<T>(failure: CloudFailure): Answer<T> {
  return { isOk: false, failure };
}
