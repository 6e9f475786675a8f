import { pause } from './abort.ts';
import type { Clock } from './clock.ts';

export interface WorkQueueOptions {
  readonly clock: Clock;
  /** Called with the number of keys that wait for a worker, whenever it changes. */
  readonly onDepth?: (depth: number) => void;
}

interface Delayed {
  readonly dueAt: number;
  readonly timer: AbortController;
}

/**
 * Keys to work on. A key that waits is there once however often it is added; a key being worked on is never given
 * to a second worker, and comes again afterwards if it was added meanwhile.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #ready = new Set<string>();
  readonly #processing = new Set<string>();
  /** Added while being worked on. */
  readonly #dirty = new Set<string>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #failures = new Map<string, number>();
  readonly #waiting: ((key: string | undefined) => void)[] = [];

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Keys that wait for a worker; delayed ones are not counted. */
  get depth(): number {
    return this.#ready.size;
  }

  add(key: string): void {
    if (this.#processing.has(key)) {
      this.#dirty.add(key);
      return;
    }
    const worker = this.#waiting.shift();
    if (worker !== undefined) {
      this.#start(key);
      worker(key);
      return;
    }
    this.#ready.add(key);
    this.#reportDepth();
  }

  /** Adds the key once `delayMs` have passed. Of several delays the one that ends first counts. */
  addAfter(key: string, delayMs: number): void {
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const { clock } = this.#options;
    const dueAt = clock.now().getTime() + delayMs;
    const earlier = this.#delayed.get(key);
    if (earlier !== undefined && earlier.dueAt <= dueAt) {
      return;
    }
    earlier?.timer.abort();
    const delayed = { dueAt, timer: new AbortController() };
    this.#delayed.set(key, delayed);
    void this.#addWhenDue(key, delayed, delayMs);
  }

  /** Counts one more failure of the key, without adding it; returns how many there were in a row. */
  failed(key: string): number {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    return failures;
  }

  /** The key's work succeeded: its next failure counts as the first. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /**
   * The next key to work on; undefined once the signal aborts. The caller calls {@link done} afterwards. A delay
   * that the key still had is dropped: the work at hand decides anew when to come back.
   */
  async next(signal: AbortSignal): Promise<string | undefined> {
    if (signal.aborted) {
      return undefined;
    }
    for (const key of this.#ready) {
      this.#ready.delete(key);
      this.#start(key);
      this.#reportDepth();
      return key;
    }
    return this.#nextAdded(signal);
  }

  done(key: string): void {
    this.#processing.delete(key);
    if (this.#dirty.delete(key)) {
      this.add(key);
    }
  }

  /** Stops every running delay; the keys wait for a worker at once, so that none is lost. */
  stopDelays(): void {
    for (const [key, { timer }] of this.#delayed) {
      timer.abort();
      this.#delayed.delete(key);
      this.add(key);
    }
  }

  async #addWhenDue(key: string, delayed: Delayed, delayMs: number): Promise<void> {
    await pause(this.#options.clock, delayMs, delayed.timer.signal);
    if (this.#delayed.get(key) === delayed) {
      this.#delayed.delete(key);
      this.add(key);
    }
  }

  async #nextAdded(signal: AbortSignal): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const stop = (): void => {
      const place = this.#waiting.indexOf(resolve);
      if (place !== -1) {
        this.#waiting.splice(place, 1);
        resolve(undefined);
      }
    };
    signal.addEventListener('abort', stop, { once: true });
    this.#waiting.push(resolve);
    const key = await promise;
    signal.removeEventListener('abort', stop);
    return key;
  }

  #start(key: string): void {
    this.#processing.add(key);
    this.#delayed.get(key)?.timer.abort();
    this.#delayed.delete(key);
  }

  #reportDepth(): void {
    this.#options.onDepth?.(this.#ready.size);
  }
}
