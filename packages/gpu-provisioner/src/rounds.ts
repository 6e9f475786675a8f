import type { Clock } from '@kaito/controller-runtime';

/** Does one round of work after the other, and sleeps in between unless it is woken. */
export class Rounds {
  readonly #clock: Clock;
  #wake = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The next round begins at once; within a round: no sleep follows it. */
  wake(): void {
    this.#wake.abort();
  }

  /** Until the signal aborts. `round` answers in how many milliseconds there is something to do again. */
  async run(round: () => Promise<number>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#wake = new AbortController();
      await this.#roundAndPause(round, signal).catch((error: unknown) => {
        if (!signal.aborted) {
          throw error;
        }
      });
    }
  }

  async #roundAndPause(round: () => Promise<number>, signal: AbortSignal): Promise<void> {
    const ms = await round();
    const wake = this.#wake.signal;
    if (ms <= 0 || wake.aborted) {
      return;
    }
    await this.#clock.sleep(ms, AbortSignal.any([signal, wake])).catch((error: unknown) => {
      if (!wake.aborted) {
        throw error;
      }
    });
  }
}
