import type { Schedule } from '../cloud/schedule.ts';

interface Due {
  readonly atMs: number;
  readonly act: () => void;
}

/** Time that passes only while somebody waits, and then at once. */
export class VirtualSchedule implements Schedule {
  #nowMs = Date.UTC(2026, 0, 1);
  readonly #agenda: Due[] = [];

  now(): Date {
    return new Date(this.#nowMs);
  }

  after(ms: number, act: () => void): () => void {
    const due: Due = { atMs: this.#nowMs + Math.max(0, ms), act };
    const at = this.#agenda.findIndex(({ atMs }) => atMs > due.atMs);
    this.#agenda.splice(at === -1 ? this.#agenda.length : at, 0, due);
    return () => {
      const index = this.#agenda.indexOf(due);
      if (index !== -1) {
        this.#agenda.splice(index, 1);
      }
    };
  }

  /** Lets time pass until it is so; throws when nothing is left to happen. */
  until(isSo: () => boolean): void {
    while (!isSo()) {
      if (!this.step()) {
        throw new Error('nothing is left to happen, and it is not so');
      }
    }
  }

  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    while ((this.#agenda[0]?.atMs ?? Infinity) <= endMs) {
      this.step();
    }
    this.#nowMs = endMs;
  }

  /** Lets the next thing happen; false when there is none. */
  step(): boolean {
    const next = this.#agenda.shift();
    if (next === undefined) {
      return false;
    }
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.act();
    return true;
  }
}
