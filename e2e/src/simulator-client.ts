import { request } from 'node:https';

import type { SettingsPatch } from '@kaito/local-cloud';
import { labels } from '@kaito/types';
import * as z from 'zod';

const Accepted = z.object({ creates: z.int(), deletes: z.int() });

/** What ARM accepted for one pool name over its whole life. */
export type Accepted = z.infer<typeof Accepted>;

const Pools = z.object({
  pools: z.array(z.object({ name: z.string(), nodeLabels: z.record(z.string(), z.string()) })),
  accepted: z.record(z.string(), Accepted),
});

const Requests = z.object({
  requests: z.array(z.object({ method: z.string(), pool: z.string().optional(), status: z.int() })),
});

/** A request that ARM received. */
export type ArmRequest = z.infer<typeof Requests>['requests'][number];

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

  /** Every request so far, oldest first. */
  async requests(signal: AbortSignal): Promise<readonly ArmRequest[]> {
    return Requests.parse(await this.#ask('GET', 'log', undefined, signal)).requests;
  }

  /** Changes how the cloud behaves from now on. */
  async behave(settings: SettingsPatch, signal: AbortSignal): Promise<void> {
    await this.#ask('PATCH', 'settings', settings, signal);
  }

  async #pools(signal: AbortSignal): Promise<z.infer<typeof Pools>> {
    return Pools.parse(await this.#ask('GET', 'pools', undefined, signal));
  }

  async #ask(method: string, route: string, body: object | undefined, signal: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const options = { method, ca: this.#caPem, agent: false, signal };
      const call = request(`${this.#endpoint}/simulator/${route}`, options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('end', () => {
          if (response.statusCode === 200) {
            resolve(JSON.parse(text));
          } else {
            reject(new Error(`the simulator answered ${response.statusCode} to ${method} ${route}: ${text}`));
          }
        });
      });
      call.once('error', reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
