import { readFile } from 'node:fs/promises';
import process from 'node:process';

import { ManagedProcess } from '@kaito/local-cloud';

import type { Usage } from './stage.ts';

const TICKS_PER_SECOND = 100;

export interface ProcessOptions {
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
}

/** The bundled program, as its image runs it. */
export class ProvisionerProcess {
  readonly #options: ProcessOptions;
  #process: ManagedProcess | undefined;

  constructor(options: ProcessOptions) {
    this.#options = options;
  }

  start(): void {
    const { bundle, environment, logFile } = this.#options;
    this.#process = new ManagedProcess({
      name: 'gpu-provisioner',
      command: process.execPath,
      args: [bundle],
      environment,
      logFile,
    });
  }

  async kill(): Promise<void> {
    this.#process?.kill('SIGKILL');
    await this.#process?.exited;
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  /** Of the process that runs now, from its start. */
  async usage(): Promise<Usage> {
    const folder = `/proc/${this.#process?.pid ?? 0}`;
    const status = await readFile(`${folder}/status`, 'utf8');
    const mebibytes = (name: string): number =>
      Number(new RegExp(String.raw`^${name}:\s+(\d+) kB$`, 'mu').exec(status)?.[1]) / 1024;
    const stat = await readFile(`${folder}/stat`, 'utf8');
    // The name in parentheses may hold blanks; user and system time are the 14th and 15th field of all.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { residentMiB: mebibytes('VmRSS'), peakMiB: mebibytes('VmHWM'), cpuSeconds: ticks / TICKS_PER_SECOND };
  }
}
