import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createInterface } from 'node:readline';

import type { Clock, Logger } from '@kaito/controller-runtime';

import { isSameMachine, VmEvent, VmList } from '../core/vm.ts';
import type { Vm } from '../core/vm.ts';

export interface VmStreamOptions {
  /** The simulator's origin. */
  readonly endpoint: string;
  readonly caPem: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

const RETRY_MS = 500;

/**
 * The machines of the simulated cloud, kept up to date from its stream. The stream begins with the machines
 * that there are; a list read after it was opened tells which of those known before are gone.
 */
export class VmStream {
  readonly #options: VmStreamOptions;
  readonly #listeners: ((name: string) => void)[] = [];
  readonly #vms = new Map<string, Vm>();
  /** Named by the stream since it was opened. */
  #seen = new Set<string>();
  /** Listed, but not named by the stream yet; undefined until there is a list. */
  #awaited: Set<string> | undefined;
  readonly #synced = Promise.withResolvers<undefined>();

  constructor(options: VmStreamOptions) {
    this.#options = options;
  }

  get(name: string): Vm | undefined {
    return this.#vms.get(name);
  }

  list(): readonly Vm[] {
    return [...this.#vms.values()];
  }

  /** Called with the name of every machine that came, changed or went. */
  onChange(listener: (name: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Resolves when all machines are known; rejects when the signal aborts before. */
  async synced(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => {
      aborted.reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([this.#synced.promise, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Follows the stream through every interruption until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    let hasComplained = false;
    const hasEnded = (): boolean => signal.aborted;
    while (!hasEnded()) {
      try {
        await this.#follow(signal, () => {
          hasComplained = false;
        });
      } catch (error) {
        if (!hasEnded() && !hasComplained) {
          logger.warn({ err: error }, 'The stream of machines was interrupted, connecting again');
          hasComplained = true;
        }
      }
      await clock.sleep(RETRY_MS, signal).catch(() => undefined);
    }
  }

  async #follow(signal: AbortSignal, onConnected: () => void): Promise<void> {
    const before = new Map(this.#vms);
    this.#seen = new Set();
    this.#awaited = undefined;
    const stream = await this.#get('/simulator/vms?watch=true', signal);
    const lines = createInterface({ input: stream });
    const taken = this.#takeAll(lines);
    try {
      const list = VmList.parse(JSON.parse(await textOf(await this.#get('/simulator/vms', signal))));
      this.#reconcile(before, list.vms);
      this.#awaited = new Set(list.vms.map(({ name }) => name).filter((name) => !this.#seen.has(name)));
      this.#checkSynced();
      onConnected();
      await taken;
    } finally {
      stream.destroy();
      await taken.catch(() => undefined);
    }
  }

  async #takeAll(lines: AsyncIterable<string>): Promise<void> {
    for await (const line of lines) {
      if (line.trim() !== '') {
        this.#take(VmEvent.parse(JSON.parse(line)));
      }
    }
  }

  #take({ type, vm }: VmEvent): void {
    if (type === 'DELETED') {
      this.#vms.delete(vm.name);
    } else {
      this.#vms.set(vm.name, vm);
    }
    this.#seen.add(vm.name);
    this.#awaited?.delete(vm.name);
    this.#tell(vm.name);
    this.#checkSynced();
  }

  #checkSynced(): void {
    if (this.#awaited?.size === 0) {
      this.#synced.resolve(undefined);
    }
  }

  /** What was known before and is neither listed nor replaced by a new machine of the name has gone. */
  #reconcile(before: ReadonlyMap<string, Vm>, listed: readonly Vm[]): void {
    const present = new Map(listed.map((vm) => [vm.name, vm]));
    for (const [name, known] of before) {
      const current = this.#vms.get(name);
      if (!present.has(name) && current !== undefined && isSameMachine(known, current)) {
        this.#vms.delete(name);
        this.#tell(name);
      }
    }
  }

  #tell(name: string): void {
    for (const listener of this.#listeners) {
      listener(name);
    }
  }

  async #get(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const url = new URL(path, this.#options.endpoint);
    const options = { agent: false as const, signal, headers: { accept: 'application/json' } };
    return new Promise((resolve, reject) => {
      const request =
        url.protocol === 'https:'
          ? httpsRequest(url, { ...options, ...(this.#options.caPem !== undefined && { ca: this.#options.caPem }) })
          : httpRequest(url, options);
      request.once('error', reject);
      request.once('response', (response) => {
        if (response.statusCode === 200) {
          resolve(response);
        } else {
          response.resume();
          reject(new Error(`GET ${url.pathname} was answered with ${response.statusCode ?? 0}`));
        }
      });
      request.end();
    });
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: string[] = [];
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    chunks.push(chunk);
  });
  await once(response, 'end');
  return chunks.join('');
}
