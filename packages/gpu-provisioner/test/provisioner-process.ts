import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { mutantLoader } from '@kaito/testkit';

const MAIN = path.join(import.meta.dirname, '../src/main.ts');

/** The program itself, as a Deployment would run it. */
export class ProvisionerProcess {
  readonly #environment: Readonly<Record<string, string>>;
  readonly #logFile: string;
  #child: ChildProcess | undefined;

  constructor(environment: Readonly<Record<string, string>>, logFile: string) {
    this.#environment = environment;
    this.#logFile = logFile;
  }

  start(): void {
    const { HOME, PATH, SOURCE_MUTANT } = process.env;
    const env = {
      ...(PATH !== undefined && { PATH }),
      ...(HOME !== undefined && { HOME }),
      ...(SOURCE_MUTANT !== undefined && { SOURCE_MUTANT }),
      ...this.#environment,
    };
    const child = spawn(process.execPath, [...(SOURCE_MUTANT === undefined ? [] : ['--import', mutantLoader]), MAIN], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        appendFileSync(this.#logFile, chunk); // whoever sees it stopped finds its last line
      });
    }
    this.#child = child;
  }

  /** The exit code; undefined when a signal ended it. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | undefined> {
    const child = this.#child;
    if (child === undefined) {
      return undefined;
    }
    this.#child = undefined;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
    return child.exitCode ?? undefined;
  }
}
