import { ManagedProcess } from '@kaito/local-cloud';
import type { ProgramOptions } from '@kaito/local-cloud';

/** A controller process that is killed now and then, and started again at once, as its Deployment would. */
export class ControllerUnderTest {
  readonly #options: ProgramOptions;
  #process: ManagedProcess | undefined;
  #isStopping = false;

  constructor(options: ProgramOptions) {
    this.#options = options;
  }

  start(): void {
    const process = new ManagedProcess(this.#options);
    this.#process = process;
    void this.#startAgainAfter(process);
  }

  kill(): void {
    this.#process?.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#process?.stop();
  }

  async #startAgainAfter(process: ManagedProcess): Promise<void> {
    await process.exited;
    if (!this.#isStopping) {
      this.start();
    }
  }
}
