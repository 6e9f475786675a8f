import { Agent, createServer, request } from 'node:https';
import type { Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { KillSwitch } from './kill-switch.ts';

export interface WriteGateOptions {
  /** The server behind the gate. */
  readonly upstream: string;
  /** Signs the upstream's certificate. */
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
  readonly killSwitch: KillSwitch;
}

/** A TLS proxy in front of the API server or of ARM, through which one controller talks. */
export class WriteGate {
  readonly #server: Server;
  readonly #options: WriteGateOptions;
  readonly #agent: Agent;

  constructor(options: WriteGateOptions) {
    this.#options = options;
    this.#agent = new Agent({ keepAlive: true, ca: options.caPem });
    this.#server = createServer({ cert: options.certPem, key: options.keyPem }, (incoming, outgoing) => {
      this.#handle(incoming, outgoing);
    });
  }

  /** Where the controller is to connect. */
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

  #handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const write = { method: incoming.method ?? 'GET', path: incoming.url ?? '/' };
    const trap = isWrite(write.method, write.path) ? this.#options.killSwitch.count(write) : undefined;
    if (trap?.when === 'before') {
      trap.spring();
      incoming.socket.destroy();
      return;
    }
    this.#forward(incoming, outgoing, trap?.spring);
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse, spring: (() => void) | undefined): void {
    const target = new URL(incoming.url ?? '/', this.#options.upstream);
    const upstream = request(
      target,
      { method: incoming.method, headers: { ...incoming.headers, host: target.host }, agent: this.#agent },
      (response) => {
        if (spring === undefined) {
          passOn(response, outgoing);
          return;
        }
        // The act is done; its answer never arrives.
        response.resume().once('end', () => {
          spring();
          incoming.socket.destroy();
        });
      },
    );
    upstream.once('error', () => outgoing.destroy());
    outgoing.once('close', () => upstream.destroy());
    incoming.pipe(upstream);
  }
}

/** Leases and events are no decisions: killing there tells nothing. */
function isWrite(method: string, path: string): boolean {
  return method !== 'GET' && !/\/(leases|events)(\/|\?|$)/u.test(path);
}

function passOn(response: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.writeHead(response.statusCode ?? 502, response.headers);
  outgoing.flushHeaders();
  response.pipe(outgoing);
  response.once('error', () => outgoing.destroy());
}
