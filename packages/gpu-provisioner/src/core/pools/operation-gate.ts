import { msBetween, plusMs } from '../time.ts';
import type { Turn } from './pool-knowledge.ts';

export type GatedOperation = 'create' | 'delete';

export interface GateRequest {
  readonly name: string;
  readonly operation: GatedOperation;
  /** Of the claim: the oldest goes first. */
  readonly createdAt: Date;
}

/** What runs on the cluster, as far as the last list and our own calls since have shown. */
export interface Transitions {
  readonly names: readonly string[];
  /** When that list was asked for. */
  readonly listedAt?: Date | undefined;
}

interface Lesson {
  readonly mode: 'Serial' | 'Parallel';
  readonly at: Date;
}

/** Whether a cluster takes one operation at a time is asked anew after this long. */
const LESSON_MS = 600_000;

/**
 * Who may send an operation to the cluster. Some clusters take one at a time and answer Conflict to others; that is
 * learned, not assumed: operations are sent one by one until a create is accepted while another pool is in
 * transition, and after a Conflict each waits until no pool is. Deletes go before creates, the oldest claim first.
 */
export class OperationGate {
  readonly #waiting = new Map<string, GateRequest>();
  /** Sent and not answered yet; with what was in transition when it was sent. */
  readonly #sent = new Map<string, { readonly request: GateRequest; readonly others: number }>();
  readonly #quietUntil = new Map<GatedOperation, Date>();
  #lesson: Lesson | undefined;

  /** Everything that waits for its turn, first come first. */
  get waiting(): readonly GateRequest[] {
    return [...this.#waiting.values()].toSorted(compareRequests);
  }

  turn(request: GateRequest, transitions: Transitions, now: Date): Turn {
    const until = this.#quietUntil.get(request.operation);
    if (until !== undefined && until > now) {
      return { mayGo: false, until };
    }
    const lesson = this.#currentLesson(now);
    if (lesson?.mode === 'Parallel') {
      return { mayGo: true };
    }
    const isFree = lesson === undefined || isCalm(lesson, request, transitions);
    const isFirst = this.waiting.every((other) => other.name === request.name || compareRequests(request, other) <= 0);
    return { mayGo: isFree && isFirst && this.#sent.size === 0 };
  }

  /** The request's turn has not come; it is named here so that nobody overtakes it. */
  wait(request: GateRequest): void {
    this.#waiting.set(request.name, request);
  }

  leave(name: string): void {
    this.#waiting.delete(name);
  }

  /** Claims the turn, right before sending. False: somebody else was faster. */
  enter(request: GateRequest, transitions: Transitions, now: Date): boolean {
    if (!this.turn(request, transitions, now).mayGo) {
      return false;
    }
    this.#waiting.delete(request.name);
    this.#sent.set(request.name, { request, others: othersOf(request, transitions).length });
    return true;
  }

  /** The operation was answered, or came to nothing. */
  exit(name: string, outcome: 'Accepted' | 'Busy' | 'Other', now: Date): void {
    const sent = this.#sent.get(name);
    this.#sent.delete(name);
    if (outcome === 'Busy') {
      this.#lesson = { mode: 'Serial', at: now };
    } else if (outcome === 'Accepted' && sent?.request.operation === 'create' && sent.others > 0) {
      this.#lesson = { mode: 'Parallel', at: now };
    }
  }

  /** The cloud asked for silence. */
  keepQuiet(operation: GatedOperation, ms: number, now: Date): void {
    this.#quietUntil.set(operation, plusMs(now, ms));
  }

  #currentLesson(now: Date): Lesson | undefined {
    const lesson = this.#lesson;
    return lesson !== undefined && msBetween(lesson.at, now) < LESSON_MS ? lesson : undefined;
  }
}

/** A list asked for after the Conflict shows no other pool in transition. */
function isCalm(lesson: Lesson, request: GateRequest, transitions: Transitions): boolean {
  const isLookedAt = transitions.listedAt !== undefined && transitions.listedAt > lesson.at;
  return isLookedAt && othersOf(request, transitions).length === 0;
}

function othersOf({ name }: GateRequest, { names }: Transitions): readonly string[] {
  return names.filter((other) => other !== name);
}

function compareRequests(a: GateRequest, b: GateRequest): number {
  if (a.operation !== b.operation) {
    return a.operation === 'delete' ? -1 : 1;
  }
  const age = a.createdAt.getTime() - b.createdAt.getTime();
  return age === 0 ? a.name.localeCompare(b.name) : age;
}
