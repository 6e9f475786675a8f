import type { WatchEvent } from '@kaito/controller-runtime';

type Item = { readonly event: WatchEvent } | { readonly error: Error } | 'end';

/** One open watch of a fake API server. */
export class FakeWatchStream {
  readonly #pending: Item[] = [];
  #wake: () => void = () => undefined;
  #isDead = false;

  send(event: WatchEvent): void {
    this.#add({ event });
  }

  /** The server ends the stream in good order. */
  end(): void {
    this.#add('end');
  }

  /** The connection breaks. */
  fail(error: Error): void {
    this.#add({ error });
  }

  /** Half-open: nothing ever arrives any more, not even an end. */
  die(): void {
    this.#isDead = true;
  }

  async *events(signal: AbortSignal): AsyncGenerator<WatchEvent, void> {
    for (;;) {
      const item = await this.#next(signal);
      if (item === 'end') {
        return;
      }
      if ('error' in item) {
        throw item.error;
      }
      yield item.event;
    }
  }

  async #next(signal: AbortSignal): Promise<Item> {
    const onAbort = (): void => {
      this.#wake();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      for (;;) {
        signal.throwIfAborted();
        const item = this.#pending.shift();
        if (item !== undefined) {
          return item;
        }
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #add(item: Item): void {
    if (!this.#isDead) {
      this.#pending.push(item);
      this.#wake();
    }
  }
}
