import type { ClientRequest, IncomingMessage } from 'node:http';

export interface CallLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** One request on the wire, ended by its signal or after a time-out, whichever part of it is under way. */
export class HttpCall {
  readonly #outgoing: ClientRequest;
  readonly #signal: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort = (): void => {
    this.#cancel(new Error('aborted'));
  };
  #answer: IncomingMessage | undefined;

  constructor(outgoing: ClientRequest, { timeoutMs, signal }: CallLimits) {
    this.#outgoing = outgoing;
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
  async answer(body: string | undefined): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    this.#outgoing.once('response', resolve);
    this.#outgoing.on('error', reject); // stays: errors may come after the first
    this.#outgoing.end(body);
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
