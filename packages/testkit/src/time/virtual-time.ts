import type { Schedule } from './schedule.ts';

interface Due {
  readonly atMs: number;
  readonly sequence: number;
  readonly act: () => void;
  isCalledOff: boolean;
}

/** Time that jumps from one thing that is due to the next; a heap, since a run asks for thousands of them. */
export class VirtualTime implements Schedule {
  readonly #startMs: number;
  readonly #heap: Due[] = [];
  #elapsedMs = 0;
  #sequence = 0;

  constructor(start = new Date('2026-01-01T00:00:00Z')) {
    this.#startMs = start.getTime();
  }

  /** Since the beginning of the world. */
  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  now(): Date {
    return new Date(this.#startMs + this.#elapsedMs);
  }

  after(ms: number, act: () => void): () => void {
    this.#sequence += 1;
    const due: Due = { atMs: this.#elapsedMs + Math.max(ms, 0), sequence: this.#sequence, act, isCalledOff: false };
    this.#heap.push(due);
    this.#rise(this.#heap.length - 1);
    return () => {
      due.isCalledOff = true;
    };
  }

  /** Moves on to what is due next, at `limitMs` at the latest; undefined, and the time stays, when nothing is. */
  next(limitMs: number): (() => void) | undefined {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.isCalledOff) {
        this.#takeFirst();
      } else if (first.atMs > limitMs) {
        return undefined;
      } else {
        this.#takeFirst();
        this.#elapsedMs = first.atMs;
        return first.act;
      }
    }
    return undefined;
  }

  /** Lets the next thing happen; false when there is none. */
  step(): boolean {
    const act = this.next(Infinity);
    act?.();
    return act !== undefined;
  }

  /** Lets things happen until it is so; throws when nothing is left to happen. */
  until(isSo: () => boolean): void {
    while (!isSo()) {
      if (!this.step()) {
        throw new Error('nothing is left to happen, and it is not so');
      }
    }
  }

  advance(ms: number): void {
    const endMs = this.#elapsedMs + ms;
    for (let act = this.next(endMs); act !== undefined; act = this.next(endMs)) {
      act();
    }
    this.#elapsedMs = endMs;
  }

  #takeFirst(): void {
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink();
    }
  }

  #rise(from: number): void {
    let child = from;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(child, parent)) {
        return;
      }
      this.#swap(child, parent);
      child = parent;
    }
  }

  #sink(): void {
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      const right = left + 1;
      const smaller = this.#isBefore(right, left) ? right : left;
      if (!this.#isBefore(smaller, parent)) {
        return;
      }
      this.#swap(smaller, parent);
      parent = smaller;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const a = this.#heap[one];
    const b = this.#heap[other];
    if (a === undefined || b === undefined) {
      return a !== undefined;
    }
    return a.atMs === b.atMs ? a.sequence < b.sequence : a.atMs < b.atMs;
  }

  #swap(one: number, other: number): void {
    const a = this.#heap[one];
    const b = this.#heap[other];
    if (a !== undefined && b !== undefined) {
      this.#heap[one] = b;
      this.#heap[other] = a;
    }
  }
}
