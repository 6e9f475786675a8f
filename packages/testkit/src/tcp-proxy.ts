import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

export interface TcpTarget {
  readonly host: string;
  readonly port: number;
}

/** A network path that goes wrong as told. New connections always go through, unless it refuses them. */
export interface TcpProxy {
  readonly port: number;
  /** How many connections were ever accepted. */
  readonly acceptedCount: number;
  readonly openCount: number;
  /** Bytes on the open connections wait, both ways, until `resume`. */
  stall(): void;
  resume(): void;
  /** From here on what the server sends arrives at this pace, on connections to come as well; undefined: at once. */
  trickle(pace: Pace | undefined): void;
  /** Resets every open connection. */
  cut(): void;
  /** The open connections become half-open: what is sent on them vanishes, both ways, and nobody is told. */
  swallow(): void;
  /** Nobody listens any more, as while a server restarts; open connections stay. */
  refuse(): Promise<void>;
  /** Listens again, on the same port. */
  accept(): Promise<void>;
  close(): Promise<void>;
}

export interface Pace {
  readonly bytes: number;
  readonly everyMs: number;
}

/** Listens on a free loopback port, which stays its own while it refuses, and forwards to `target`. */
export async function tcpProxy(target: TcpTarget): Promise<TcpProxy> {
  const { freePort } = await import('@kaito/local-cloud');
  const proxy = new FaultyPath(target, await freePort());
  await proxy.accept();
  return proxy;
}

class FaultyPath implements TcpProxy {
  readonly #target: TcpTarget;
  readonly #links = new Set<Link>();
  #server: Server | undefined;
  #pace: Pace | undefined;
  readonly port: number;
  acceptedCount = 0;

  constructor(target: TcpTarget, port: number) {
    this.#target = target;
    this.port = port;
  }

  get openCount(): number {
    return this.#links.size;
  }

  stall(): void {
    for (const link of this.#links) {
      link.stall();
    }
  }

  resume(): void {
    for (const link of this.#links) {
      link.resume();
    }
  }

  trickle(pace: Pace | undefined): void {
    this.#pace = pace;
    for (const link of this.#links) {
      link.trickle(pace);
    }
  }

  cut(): void {
    for (const link of this.#links) {
      link.cut();
    }
  }

  swallow(): void {
    for (const link of this.#links) {
      link.swallow();
    }
  }

  async refuse(): Promise<void> {
    await stopListening(this.#server);
    this.#server = undefined;
  }

  async accept(): Promise<void> {
    this.#server ??= await listen(this.port, (client) => {
      this.#open(client);
    });
  }

  async close(): Promise<void> {
    this.cut();
    await this.refuse();
  }

  #open(client: Socket): void {
    this.acceptedCount += 1;
    const link = new Link(client, connect(this.#target));
    link.trickle(this.#pace);
    this.#links.add(link);
    link.onClosed(() => this.#links.delete(link));
  }
}

/** A connection from the client and its counterpart to the server. */
class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  #isSwallowed = false;
  #pace: Pace | undefined;
  #pending: Buffer = Buffer.alloc(0);
  #timer: NodeJS.Timeout | undefined;
  #hasServerEnded = false;

  constructor(client: Socket, server: Socket) {
    this.#client = client;
    this.#server = server;
    client.on('data', (chunk: Buffer) => {
      this.#pass(chunk, server);
    });
    server.on('end', () => {
      this.#hasServerEnded = true;
    });
    server.on('data', (chunk: Buffer) => {
      if (this.#pace === undefined) {
        this.#pass(chunk, client);
      } else {
        this.#pending = Buffer.concat([this.#pending, chunk]);
      }
    });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('error', () => {
        this.#closeUnlessSwallowed(to);
      });
      from.on('close', () => {
        this.#closeUnlessSwallowed(to);
      });
    }
  }

  onClosed(listener: () => void): void {
    this.#client.once('close', listener);
  }

  stall(): void {
    this.#client.pause();
    this.#server.pause();
  }

  resume(): void {
    this.#client.resume();
    this.#server.resume();
  }

  trickle(pace: Pace | undefined): void {
    this.#pace = pace;
    clearInterval(this.#timer);
    if (pace === undefined) {
      this.#pass(this.#pending, this.#client);
      this.#pending = Buffer.alloc(0);
      this.#closeWithServer();
      return;
    }
    this.#timer = setInterval(() => {
      this.#pass(this.#pending.subarray(0, pace.bytes), this.#client);
      this.#pending = this.#pending.subarray(pace.bytes);
      this.#closeWithServer();
    }, pace.everyMs);
  }

  cut(): void {
    clearInterval(this.#timer);
    this.#pending = Buffer.alloc(0);
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  swallow(): void {
    this.#isSwallowed = true;
  }

  #pass(chunk: Buffer, to: Socket): void {
    if (!this.#isSwallowed && chunk.length > 0 && to.writable) {
      to.write(chunk);
    }
  }

  /** Once everything that the server said has arrived. */
  #closeWithServer(): void {
    if (this.#hasServerEnded && this.#pending.length === 0) {
      this.#closeUnlessSwallowed(this.#client);
    }
  }

  #closeUnlessSwallowed(to: Socket): void {
    if (to === this.#client && this.#hasServerEnded && this.#pending.length > 0) {
      return; // the server has said all, but it has not arrived yet
    }
    clearInterval(this.#timer);
    if (!this.#isSwallowed || to === this.#server) {
      to.destroySoon();
    }
  }
}

async function listen(port: number, onConnection: (client: Socket) => void): Promise<Server> {
  const server = createServer(onConnection);
  const { promise, resolve, reject } = Promise.withResolvers<Server>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', () => {
    resolve(server);
  });
  return promise;
}

/** Ends listening at once; `close` alone would wait for the open connections. */
async function stopListening(server: Server | undefined): Promise<void> {
  server?.close();
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}
