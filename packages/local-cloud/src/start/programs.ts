import { setTimeout as sleep } from 'node:timers/promises';

import { ManagedProcess } from '../processes/managed-process.ts';
import type { ProgramOptions } from '../processes/managed-process.ts';

const RESTART_DELAY_MS = 200;
const LONGEST_RESTART_DELAY_MS = 10_000;

/** The cluster's own programs; one that ends by itself is started again, as a Deployment would. */
export class Programs {
  readonly #running = new Map<string, ManagedProcess>();
  readonly #onRestart: (program: string, why: string) => void;
  #isStopping = false;

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
    this.#isStopping = true;
    for (const program of [...this.#running.values()].toReversed()) {
      await program.stop();
    }
  }

  async #keepRunning(options: ProgramOptions): Promise<void> {
    for (let delayMs = RESTART_DELAY_MS; !this.#isStopping; delayMs = Math.min(delayMs * 2, LONGEST_RESTART_DELAY_MS)) {
      const program = new ManagedProcess(options);
      this.#running.set(options.name, program);
      const { code, signal } = await program.exited;
      if (this.#isStopping) {
        return;
      }
      this.#onRestart(options.name, signal === undefined ? `ended with status ${code}` : `was ended by ${signal}`);
      await sleep(delayMs);
    }
  }
}
