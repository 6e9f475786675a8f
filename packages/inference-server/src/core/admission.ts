import { RequestError } from './errors.ts';

interface Waiter {
  readonly enter: () => void;
  readonly signal: AbortSignal;
}

export interface Load {
  readonly running: number;
  readonly waiting: number;
}

/** As many requests at once as the engine has sequences; a short queue behind them, in order; then a refusal. */
export class Admission {
  readonly #slots: number;
  #running = 0;
  #waiters: Waiter[] = [];
  #idle: (() => void)[] = [];

  constructor(slots: number) {
    this.#slots = slots;
  }

  get load(): Load {
    return { running: this.#running, waiting: this.#waiters.length };
  }

  /** Resolves to the function that frees the slot again. Rejects when the queue is too long, or with the signal's reason. */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#running >= this.#slots) {
      this.#refuseWhenFull();
      await this.#wait(signal);
    } else {
      this.#running += 1;
    }
    let isHeld = true;
    return () => {
      if (isHeld) {
        isHeld = false;
        this.#leave();
      }
    };
  }

  /** Resolves when no request runs or waits. */
  async whenIdle(): Promise<void> {
    if (this.#running > 0) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      this.#idle.push(() => resolve(undefined));
      await promise;
    }
  }

  #refuseWhenFull(): void {
    const waiting = this.#waiters.length;
    if (waiting > this.#slots) {
      throw new RequestError(
        'TooMany',
        `Too many requests: waiting queue (${waiting}) exceeds max-num-seqs (${this.#slots}).`,
      );
    }
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const waiter: Waiter = { enter: () => resolve(undefined), signal };
    const giveUp = (): void => {
      this.#waiters = this.#waiters.filter((other) => other !== waiter);
      reject(signal.reason);
    };
    this.#waiters.push(waiter);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** A waiter takes the slot over, so that nobody who comes in between can have it. */
  #leave(): void {
    const next = this.#waiters.shift();
    if (next !== undefined) {
      next.enter();
      return;
    }
    this.#running -= 1;
    if (this.#running === 0) {
      this.#idle.forEach((resolve) => resolve());
      this.#idle = [];
    }
  }
}
