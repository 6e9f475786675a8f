import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { createInterface } from 'node:readline';

import { LocalCloudError } from '../local-cloud-error.ts';

export interface SimulatorAddress {
  readonly endpoint: string;
  readonly caPem: string;
}

/** Reads the simulator's own routes. */
export class SimulatorClient {
  readonly #address: SimulatorAddress;

  constructor(address: SimulatorAddress) {
    this.#address = address;
  }

  async json(path: string): Promise<unknown> {
    const response = await this.#open(path);
    response.setEncoding('utf8');
    const chunks: string[] = [];
    for await (const chunk of response) {
      chunks.push(String(chunk));
    }
    return JSON.parse(chunks.join(''));
  }

  /** Ends with the connection, or when the signal says so. */
  async *lines(path: string, signal: AbortSignal): AsyncGenerator<unknown, void> {
    const response = await this.#open(path, signal);
    try {
      for await (const text of createInterface({ input: response })) {
        yield JSON.parse(text);
      }
    } catch (error) {
      if (!response.destroyed) {
        throw error;
      }
    } finally {
      response.destroy();
    }
  }

  async #open(path: string, signal?: AbortSignal): Promise<IncomingMessage> {
    const { endpoint, caPem } = this.#address;
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const options = { ca: caPem, ...(signal === undefined ? {} : { signal }) };
    const outgoing = request(new URL(path, endpoint), options, resolve);
    outgoing.on('error', (cause) => {
      reject(
        new LocalCloudError(`the simulated Azure at ${endpoint} does not answer: has the cluster stopped?`, { cause }),
      );
    });
    outgoing.end();
    return promise;
  }
}
