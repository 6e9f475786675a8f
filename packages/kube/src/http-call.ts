import type { ClientRequest, IncomingMessage } from 'node:http';

export interface CallOptions {
  readonly body: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** One request on the wire, ended by its signal or after a time-out, whichever part of it is under way. */
export class HttpCall {
  readonly #outgoing: ClientRequest;
  readonly #body: string | undefined;
  readonly #signal: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort = (): void => {
    this.#cancel(new Error('aborted'));
  };
  #answer: IncomingMessage | undefined;

  constructor(outgoing: ClientRequest, { body, timeoutMs, signal }: CallOptions) {
    this.#outgoing = outgoing;
    this.#body = body;
    this.#signal = signal;
    this.#timer = setTimeout(() => {
      this.#cancel(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    signal.addEventListener('abort', this.#onAbort, { once: true });
    if (signal.aborted) {
      this.#onAbort();
    }
  }

  /** Whether the connection had served a request before. */
  get hasReusedConnection(): boolean {
    return this.#outgoing.reusedSocket;
  }

  /** Sends the request and resolves with the headers of the answer; its body is still to be read. */
  async answer(): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    this.#outgoing.once('response', resolve);
    this.#outgoing.on('error', reject); // stays: errors may come after the first
    this.#outgoing.end(this.#body);
    this.#answer = await promise;
    return this.#answer;
  }

  /** The time-out no longer counts; the signal still does, until the body is closed. */
  keepOpen(): void {
    clearTimeout(this.#timer);
    this.#answer?.once('close', () => {
      this.release();
    });
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#onAbort);
  }

  #cancel(error: Error): void {
    (this.#answer ?? this.#outgoing).destroy(error);
  }
}
