import type { WatchEvent } from '@kaito/controller-runtime';

/** An open watch as its reader sees it: events, then the end or an error. */
export class Stream implements AsyncIterable<WatchEvent>, AsyncIterator<WatchEvent> {
  readonly #pending: WatchEvent[] = [];
  readonly #onClosed: () => void;
  #reader: PromiseWithResolvers<IteratorResult<WatchEvent>> | undefined;
  #error: Error | undefined;
  #isClosed = false;

  constructor(signal: AbortSignal, onClosed: () => void) {
    this.#onClosed = onClosed;
    signal.addEventListener(
      'abort',
      () => {
        this.fail(new Error('the watch was given up'));
      },
      { once: true },
    );
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  send(event: WatchEvent): void {
    if (this.#isClosed) {
      return;
    }
    if (this.#reader === undefined) {
      this.#pending.push(event);
      return;
    }
    this.#reader.resolve({ value: event, done: false });
    this.#reader = undefined;
  }

  fail(error: Error): void {
    if (this.#isClosed) {
      return;
    }
    this.#close();
    this.#error = error;
    this.#reader?.reject(error);
  }

  async next(): Promise<IteratorResult<WatchEvent>> {
    const event = this.#pending.shift();
    if (event !== undefined) {
      return { value: event, done: false };
    }
    if (this.#isClosed) {
      if (this.#error === undefined) {
        return { value: undefined, done: true };
      }
      throw this.#error;
    }
    this.#reader = Promise.withResolvers<IteratorResult<WatchEvent>>();
    return this.#reader.promise;
  }

  async return(): Promise<IteratorResult<WatchEvent>> {
    this.#close();
    return { value: undefined, done: true };
  }

  #close(): void {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#onClosed();
    }
  }
}
