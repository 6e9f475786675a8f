import type { Schedule } from '../time/schedule.ts';

/** Syncs of a controller that are due: however often something is added before its turn, its turn is one. */
export class Syncs {
  readonly #due = new Set<string>();
  readonly #schedule: Schedule;
  readonly #delayMs: number;
  readonly #sync: (key: string) => void;

  constructor(schedule: Schedule, delayMs: number, sync: (key: string) => void) {
    this.#schedule = schedule;
    this.#delayMs = delayMs;
    this.#sync = sync;
  }

  add(key: string): void {
    if (this.#due.has(key)) {
      return;
    }
    this.#due.add(key);
    this.#schedule.after(this.#delayMs, () => {
      this.#due.delete(key);
      this.#sync(key);
    });
  }

  addLater(key: string, ms: number): void {
    this.#schedule.after(ms, () => {
      this.add(key);
    });
  }
}
