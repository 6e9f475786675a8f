import { Agent, createServer, request } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** One write that passed the gate. */
export interface Write {
  readonly method: string;
  readonly path: string;
}

/** Kill at the `index`-th write: before it is passed on, or when it is done but not yet answered. */
export interface Trap {
  readonly index: number;
  readonly when: 'before' | 'after';
}

export interface WriteGateOptions {
  /** The server behind the gate. */
  readonly upstream: string;
  readonly upstreamCaPem: string;
  readonly certPem: string;
  readonly keyPem: string;
  /** Which requests count as writes. */
  readonly isWrite: (write: Write) => boolean;
}

/**
 * A TLS proxy in front of the API server or of ARM, through which one controller talks. It counts the
 * controller's writes and springs a trap exactly at one of them, without any timer.
 */
export class WriteGate {
  readonly #server;
  readonly #options: WriteGateOptions;
  readonly #agent: Agent;
  #writes: Write[] = [];
  #trap: (Trap & { readonly spring: () => void }) | undefined;

  constructor(options: WriteGateOptions) {
    this.#options = options;
    this.#agent = new Agent({ keepAlive: true, ca: options.upstreamCaPem });
    this.#server = createServer({ cert: options.certPem, key: options.keyPem }, (incoming, outgoing) => {
      this.#handle(incoming, outgoing);
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    return `https://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
  }

  /** Writes since the last call, in order. */
  takeWrites(): readonly Write[] {
    const writes = this.#writes;
    this.#writes = [];
    return writes;
  }

  /** Sets the trap, counting from the next write; `spring` must kill the controller at once. */
  arm(trap: Trap, spring: () => void): void {
    this.#writes = [];
    this.#trap = { ...trap, spring };
  }

  /** Whether an armed trap has not been sprung yet. */
  get isArmed(): boolean {
    return this.#trap !== undefined;
  }

  disarm(): void {
    this.#trap = undefined;
  }

  #handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const write = { method: incoming.method ?? 'GET', path: incoming.url ?? '/' };
    const trap = this.#count(write);
    if (trap?.when === 'before') {
      trap.spring();
      incoming.socket.destroy();
      return;
    }
    this.#forward(incoming, outgoing, trap?.spring);
  }

  /** Counts the request if it is a write, and gives the trap if it is the one. */
  #count(write: Write): (Trap & { readonly spring: () => void }) | undefined {
    if (!this.#options.isWrite(write)) {
      return undefined;
    }
    this.#writes.push(write);
    const trap = this.#trap;
    if (trap === undefined || this.#writes.length - 1 !== trap.index) {
      return undefined;
    }
    this.#trap = undefined;
    return trap;
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse, spring: (() => void) | undefined): void {
    const target = new URL(incoming.url ?? '/', this.#options.upstream);
    const upstream = request(
      target,
      { method: incoming.method, headers: { ...incoming.headers, host: target.host }, agent: this.#agent },
      (response) => {
        if (spring !== undefined) {
          // The act is done; its answer never arrives.
          response.resume().once('end', () => {
            spring();
            incoming.socket.destroy();
          });
          return;
        }
        outgoing.writeHead(response.statusCode ?? 502, response.headers);
        outgoing.flushHeaders();
        response.pipe(outgoing);
        response.once('error', () => outgoing.destroy());
      },
    );
    upstream.once('error', () => outgoing.destroy());
    outgoing.once('close', () => upstream.destroy());
    incoming.pipe(upstream);
  }
}
