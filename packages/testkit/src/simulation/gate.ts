import type { Call, Effect } from './effect.ts';
import { isPossible } from './fault.ts';
import type { Fault, FaultKind } from './fault.ts';
import type { Replica } from './replica.ts';
import type { Schedule } from '../time/schedule.ts';

const REQUEST_MS = 1;
const ANSWER_MS = 1;
/** After which a client gives up a request that is not answered. */
const TIMEOUT_MS = 1_500;

/** One request on its way. */
export interface Request<T> extends Call {
  /** False for what happens over and over, as the renewal of a lease: nothing goes wrong there by itself. */
  readonly isCounted: boolean;
  /** What the world does when the request arrives; throws what it refuses. */
  readonly act: () => T;
  /** An answer from so many events ago, where the world itself may answer late. */
  readonly actLate?: (events: number) => T;
  /** How a client sees it that its request went wrong; throws, or is the answer. */
  readonly fail: (kind: 'conflict' | 'transient' | 'timed-out-though-done') => T;
}

/** Told of what the controllers do, in the order in which they do it. */
export interface Witness {
  /** Before anything goes wrong; `effect` is undefined for what is not counted. */
  onCall(call: Call, replica: Replica, effect: Effect | undefined, fault: FaultKind | undefined): void;
}

interface GateOptions {
  readonly schedule: Schedule;
  readonly faults: readonly Fault[];
  /** For what was not planned by number. */
  readonly fault?: ((effect: Effect) => FaultKind | undefined) | undefined;
  /** Whether a renewal, or what else is not counted, does not get through. */
  readonly isCutOff?: ((call: Call, replica: Replica) => boolean) | undefined;
  readonly witness: Witness;
  readonly crash: (replica: Replica) => void;
  readonly overtake: (replica: Replica, goOn: () => void) => void;
  /** While `act` runs, the world's changes are the replica's. */
  readonly asActor: <T>(replica: Replica, act: () => T) => T;
}

/** Every request of every controller passes here, is counted, and meets the fault that was planned for its number. */
export class Gate {
  readonly #options: GateOptions;
  readonly #faults: ReadonlyMap<number, FaultKind>;
  #count = 0;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#faults = new Map(options.faults.map(({ effect, kind }) => [effect, kind]));
  }

  /** How many effects there were. */
  get count(): number {
    return this.#count;
  }

  async pass<T>(request: Request<T>, replica: Replica, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const onAbort = (): void => {
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const answer = (act: () => T): void => {
      signal.removeEventListener('abort', onAbort);
      try {
        resolve(act());
      } catch (error) {
        reject(error);
      }
    };
    this.#send(new Passage(request, replica, answer), this.#faultOf(request, replica));
    return promise;
  }

  #faultOf(call: Request<unknown>, replica: Replica): FaultKind | undefined {
    const { system, target, verb, isWrite } = call;
    const named = { system, verb, target, isWrite };
    if (!call.isCounted) {
      const lost = this.#options.isCutOff?.(named, replica) === true ? 'transient' : undefined;
      this.#options.witness.onCall(named, replica, undefined, lost);
      return lost;
    }
    const index = this.#count;
    this.#count += 1;
    const effect = { ...named, index, role: replica.role };
    const planned = this.#faults.get(index) ?? this.#options.fault?.(effect);
    const fault = planned !== undefined && isPossible(planned, named) ? planned : undefined;
    this.#options.witness.onCall(named, replica, effect, fault);
    return fault;
  }

  #send<T>(passage: Passage<T>, fault: FaultKind | undefined): void {
    if (fault === undefined || isLate(fault)) {
      this.#sendLate(passage, fault);
    } else {
      this.#sendWrong(passage, fault);
    }
  }

  #sendWrong<T>(passage: Passage<T>, fault: Exclude<FaultKind, LateKind>): void {
    const { replica, request } = passage;
    switch (fault) {
      case 'crash-before':
        this.#options.crash(replica);
        return;
      case 'crash-after':
        this.#arrive(passage, () => {
          this.#options.crash(replica);
        });
        return;
      case 'conflict':
      case 'transient':
        this.#answer(passage, REQUEST_MS + ANSWER_MS, () => request.fail(fault));
        return;
      case 'timed-out-though-done':
        this.#arrive(passage, () => {
          this.#answer(passage, TIMEOUT_MS, () => request.fail(fault));
        });
        return;
      case 'two-leaders':
        this.#options.overtake(replica, () => {
          this.#sendWell(passage);
        });
        return;
      default:
        fault satisfies never;
    }
  }

  #sendLate<T>(passage: Passage<T>, fault: LateKind | undefined): void {
    const { replica, request } = passage;
    const events = fault === undefined ? undefined : STALENESS.get(fault);
    if (events !== undefined && request.actLate !== undefined) {
      this.#sendWell(new Passage({ ...request, act: () => passage.late(events) }, replica, passage.answer));
      return;
    }
    if (events !== undefined) {
      replica.feed.lagBehind(events);
    } else if (fault === 'event-lost' || fault === 'event-doubled' || fault === 'event-delayed') {
      replica.feed.disturbNext(fault);
    }
    this.#sendWell(passage);
  }

  #sendWell<T>(passage: Passage<T>): void {
    this.#arrive(passage, (result) => {
      this.#answer(passage, ANSWER_MS, result);
    });
  }

  /** A request that is on its way arrives, whatever becomes of its sender. */
  #arrive<T>({ replica, request }: Passage<T>, then: (result: () => T) => void): void {
    this.#options.schedule.after(REQUEST_MS, () => {
      then(this.#options.asActor(replica, () => outcomeOf(request.act)));
    });
  }

  #answer<T>({ answer, replica }: Passage<T>, ms: number, result: () => T): void {
    replica.scope.deliverAfter(ms, () => {
      answer(result);
    });
  }
}

const STALENESS: ReadonlyMap<FaultKind, number> = new Map([
  ['stale-1', 1],
  ['stale-5', 5],
  ['stale-all', Number.POSITIVE_INFINITY],
]);

/** The request goes well, but what the process hears of the world is wrong for a while. */
const LATE = ['stale-1', 'stale-5', 'stale-all', 'event-lost', 'event-doubled', 'event-delayed'] as const;

type LateKind = (typeof LATE)[number];

function isLate(fault: FaultKind): fault is LateKind {
  return LATE.some((kind) => kind === fault);
}

class Passage<T> {
  readonly request: Request<T>;
  readonly replica: Replica;
  readonly answer: (result: () => T) => void;

  constructor(request: Request<T>, replica: Replica, answer: (result: () => T) => void) {
    this.request = request;
    this.replica = replica;
    this.answer = answer;
  }

  late(events: number): T {
    return this.request.actLate?.(events) ?? this.request.act();
  }
}

/** What was answered or refused, to be told later. */
function outcomeOf<T>(act: () => T): () => T {
  try {
    const value = act();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
