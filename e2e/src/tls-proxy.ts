import { Agent, createServer, request } from 'node:https';
import type { Server } from 'node:https';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';

export interface TlsProxyOptions {
  /** The server behind it. */
  readonly upstream: string;
  /** Signs the upstream's certificate. */
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
  /** Decides what becomes of a request; usually it is sent on with `open`, and the answer passed on. */
  readonly handle: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
}

/** Stands in front of the API server or of ARM, so that a test may interfere. */
export class TlsProxy {
  readonly #server: Server;
  readonly #upstream: string;
  readonly #agent: Agent;

  constructor({ upstream, caPem, certPem, keyPem, handle }: TlsProxyOptions) {
    this.#upstream = upstream;
    this.#agent = new Agent({ keepAlive: true, ca: caPem });
    this.#server = createServer({ cert: certPem, key: keyPem }, handle);
  }

  /** Where to connect. */
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

  /** The same request to the upstream, whose body the caller sends; it ends together with the one that came in. */
  open(incoming: IncomingMessage, outgoing: ServerResponse): ClientRequest {
    const target = new URL(incoming.url ?? '/', this.#upstream);
    const headers = { ...incoming.headers, host: target.host };
    const upstream = request(target, { method: incoming.method, headers, agent: this.#agent });
    upstream.once('error', () => outgoing.destroy());
    outgoing.once('close', () => upstream.destroy());
    return upstream;
  }
}

export function passOn(response: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.writeHead(response.statusCode ?? 502, response.headers);
  outgoing.flushHeaders();
  response.pipe(outgoing);
  response.once('error', () => outgoing.destroy());
}
