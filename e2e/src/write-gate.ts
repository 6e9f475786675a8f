import type { IncomingMessage, ServerResponse } from 'node:http';

import type { KillSwitch } from './kill-switch.ts';
import { passOn, TlsProxy } from './tls-proxy.ts';
import type { TlsProxyOptions } from './tls-proxy.ts';

export interface WriteGateOptions extends Omit<TlsProxyOptions, 'handle'> {
  readonly killSwitch: KillSwitch;
}

/** A proxy through which one controller talks, and which kills it at a write. */
export class WriteGate {
  readonly #proxy: TlsProxy;
  readonly #killSwitch: KillSwitch;

  constructor({ killSwitch, ...options }: WriteGateOptions) {
    this.#killSwitch = killSwitch;
    this.#proxy = new TlsProxy({
      ...options,
      handle: (incoming, outgoing) => {
        this.#handle(incoming, outgoing);
      },
    });
  }

  /** Where the controller is to connect. */
  async listen(): Promise<string> {
    return this.#proxy.listen();
  }

  close(): void {
    this.#proxy.close();
  }

  #handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const write = { method: incoming.method ?? 'GET', path: incoming.url ?? '/' };
    const trap = isWrite(write.method, write.path) ? this.#killSwitch.count(write) : undefined;
    if (trap?.when === 'before') {
      trap.spring();
      incoming.socket.destroy();
      return;
    }
    const upstream = this.#proxy.open(incoming, outgoing);
    upstream.once('response', (response) => {
      if (trap === undefined) {
        passOn(response, outgoing);
        return;
      }
      // The act is done; its answer never arrives.
      response.resume().once('end', () => {
        trap.spring();
        incoming.socket.destroy();
      });
    });
    incoming.pipe(upstream);
  }
}

/** Leases and events are no decisions: killing there tells nothing. */
function isWrite(method: string, path: string): boolean {
  return method !== 'GET' && !/\/(leases|events)(\/|\?|$)/u.test(path);
}
