import { request } from 'node:https';

import { labels } from '@kaito/types';
import * as z from 'zod';

const Accepted = z.object({ creates: z.int(), deletes: z.int() });

/** What ARM accepted for one pool name over its whole life. */
export type Accepted = z.infer<typeof Accepted>;

const Pools = z.object({
  pools: z.array(z.object({ name: z.string(), nodeLabels: z.record(z.string(), z.string()) })),
  accepted: z.record(z.string(), Accepted),
});

/** The simulator's own view of its pools, beside ARM. */
export class SimulatorClient {
  readonly #endpoint: string;
  readonly #caPem: string;

  constructor(endpoint: string, caPem: string) {
    this.#endpoint = endpoint;
    this.#caPem = caPem;
  }

  /** Names of the pools that exist for a Workspace. */
  async poolsOf(workspace: string, signal: AbortSignal): Promise<readonly string[]> {
    const { pools } = await this.#pools(signal);
    return pools.filter(({ nodeLabels }) => nodeLabels[labels.workspace] === workspace).map(({ name }) => name);
  }

  /** By pool name, for every pool that there ever was. */
  async accepted(signal: AbortSignal): Promise<Readonly<Record<string, Accepted>>> {
    const { accepted } = await this.#pools(signal);
    return accepted;
  }

  async #pools(signal: AbortSignal): Promise<z.infer<typeof Pools>> {
    return new Promise((resolve, reject) => {
      const call = request(
        `${this.#endpoint}/simulator/pools`,
        { ca: this.#caPem, agent: false, signal },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            text += chunk;
          });
          response.once('end', () => {
            resolve(Pools.parse(JSON.parse(text)));
          });
        },
      );
      call.once('error', reject);
      call.end();
    });
  }
}
