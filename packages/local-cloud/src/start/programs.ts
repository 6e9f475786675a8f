import { setTimeout as sleep } from 'node:timers/promises';

import { ManagedProcess } from '../processes/managed-process.ts';
import type { Exit, ProgramOptions } from '../processes/managed-process.ts';

const RESTART_DELAY_MS = 200;
const LONGEST_RESTART_DELAY_MS = 10_000;

/** The cluster's own programs; one that ends by itself is started again, as a Deployment would. */
export class Programs {
  readonly #running = new Map<string, ManagedProcess>();
  readonly #onRestart: (program: string, why: string) => void;
  readonly #stopping = new AbortController();

  constructor(onRestart: (program: string, why: string) => void) {
    this.#onRestart = onRestart;
  }

  start(options: ProgramOptions): void {
    void this.#keepRunning(options);
  }

  get(name: string): ManagedProcess | undefined {
    return this.#running.get(name);
  }

  /** Ends all of them, the last started first. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const program of [...this.#running.values()].toReversed()) {
      await program.stop();
    }
  }

  async #keepRunning(options: ProgramOptions): Promise<void> {
    const { signal: stopping } = this.#stopping;
    for (let delayMs = RESTART_DELAY_MS; !stopping.aborted; delayMs = Math.min(delayMs * 2, LONGEST_RESTART_DELAY_MS)) {
      const program = new ManagedProcess(options);
      this.#running.set(options.name, program);
      this.#tell(options.name, await program.exited);
      await sleep(delayMs);
    }
  }

  #tell(name: string, { code, signal }: Exit): void {
    if (!this.#stopping.signal.aborted) {
      this.#onRestart(name, signal === undefined ? `ended with status ${code}` : `was ended by ${signal}`);
    }
  }
}
