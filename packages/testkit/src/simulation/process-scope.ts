import type { Clock } from '@kaito/controller-runtime';

import type { Schedule } from '../time/schedule.ts';

type Life = 'running' | 'stalled' | 'dead';

/**
 * All that reaches one process from outside itself: timers, answers, watch events. To a dead process nothing comes any
 * more, so whatever it waited for never happens; to a stalled one (a paused machine) everything comes at once later,
 * timers first, as an event loop has it.
 */
export class ProcessScope {
  readonly clock: Clock;
  readonly #schedule: Schedule;
  #life: Life = 'running';
  #heldTimers: (() => void)[] = [];
  #heldMessages: (() => void)[] = [];
  #onResume: (() => void)[] = [];

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
    this.clock = {
      now: () => schedule.now(),
      sleep: async (ms, signal) => this.#sleep(ms, signal),
    };
  }

  get life(): Life {
    return this.#life;
  }

  /** Hands `act` to the process after `ms`. */
  deliverAfter(ms: number, act: () => void): void {
    this.#schedule.after(ms, () => {
      this.deliver(act);
    });
  }

  deliver(act: () => void): void {
    if (this.#life === 'running') {
      act();
    } else if (this.#life === 'stalled') {
      this.#heldMessages.push(act);
    }
  }

  die(): void {
    this.#life = 'dead';
    this.#heldTimers = [];
    this.#heldMessages = [];
    this.#onResume = [];
  }

  /** `onResume` is what the process was about to do when it was stopped: the first thing that it does afterwards. */
  stall(ms: number, onResume: () => void): void {
    this.#life = 'stalled';
    this.#onResume.push(onResume);
    this.#schedule.after(ms, () => {
      this.#resume();
    });
  }

  #resume(): void {
    if (this.#life !== 'stalled') {
      return;
    }
    this.#life = 'running';
    const all = [...this.#onResume, ...this.#heldTimers, ...this.#heldMessages];
    this.#onResume = [];
    this.#heldTimers = [];
    this.#heldMessages = [];
    for (const act of all) {
      this.#schedule.after(0, () => {
        this.deliver(act);
      });
    }
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<undefined>((resolve, reject) => {
      const callOff = this.#schedule.after(ms, () => {
        this.#ring(wake);
      });
      const onAbort = (): void => {
        callOff();
        reject(signal.reason);
      };
      const wake = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve(undefined);
      };
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #ring(wake: () => void): void {
    if (this.#life === 'running') {
      wake();
    } else if (this.#life === 'stalled') {
      this.#heldTimers.push(wake);
    }
  }
}
