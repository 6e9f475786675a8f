import { setImmediate } from 'node:timers/promises';

import type { Clock } from '@kaito/controller-runtime';

interface Sleeper {
  readonly dueAt: number;
  readonly wake: () => void;
}

/** Time that moves only when told. */
export class FakeClock implements Clock {
  /** What the clock on the wall showed at the beginning. */
  #startMs: number;
  #elapsedMs = 0;
  readonly #sleepers = new Set<Sleeper>();

  constructor(start: Date | string = '2026-01-01T00:00:00Z') {
    this.#startMs = new Date(start).getTime();
  }

  /** How many sleeps are under way. */
  get sleeperCount(): number {
    return this.#sleepers.size;
  }

  now(): Date {
    return new Date(this.#startMs + this.#elapsedMs);
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const sleeper = {
      dueAt: this.#elapsedMs + Math.max(ms, 0),
      wake: () => {
        resolve(undefined);
      },
    };
    const onAbort = (): void => {
      reject(signal.reason);
    };
    this.#sleepers.add(sleeper);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await promise;
    } finally {
      this.#sleepers.delete(sleeper);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Lets `ms` pass. Whoever wakes on the way runs, at its own moment, until it sleeps again or waits for something else. */
  async advance(ms: number): Promise<void> {
    const until = this.#elapsedMs + ms;
    await this.settle();
    for (let next = this.#nextBefore(until); next !== undefined; next = this.#nextBefore(until)) {
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueAt);
      this.#sleepers.delete(next);
      next.wake();
      await this.settle();
    }
    this.#elapsedMs = until;
  }

  /** Lets everything run that needs no time to pass. */
  async settle(): Promise<void> {
    await setImmediate();
  }

  /** Moves the clock on the wall alone, as an administrator or NTP does: no sleep gets shorter or longer. */
  step(ms: number): void {
    this.#startMs += ms;
  }

  #nextBefore(until: number): Sleeper | undefined {
    let next: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (sleeper.dueAt <= until && (next === undefined || sleeper.dueAt < next.dueAt)) {
        next = sleeper;
      }
    }
    return next;
  }
}
