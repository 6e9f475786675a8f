import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

/** What `npm start` printed and how it ended. */
export interface StartResult {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const REPOSITORY = path.join(import.meta.dirname, '../..');

/** `npm start` as the bootstrap runs it, while it runs. */
export class StartCommand {
  readonly #child: ChildProcess;
  readonly ended: Promise<StartResult>;
  #stdout = '';
  #stderr = '';

  constructor(args: readonly string[], environment: Readonly<Record<string, string | undefined>> = process.env) {
    this.#child = spawn(process.execPath, [path.join(REPOSITORY, 'packages/local-cloud/src/main.ts'), ...args], {
      cwd: REPOSITORY,
      env: { ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        resolve({ code: code ?? undefined, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  /** As Ctrl-C in the terminal. */
  interrupt(): void {
    this.#child.kill('SIGINT');
  }

  /** Returns once it has printed `text`; throws when it ends without having done so. */
  async printed(text: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (this.#stdout.includes(text)) {
          resolve();
        }
      };
      this.#child.stdout?.on('data', look);
      this.#child.once('close', () => {
        reject(new Error(`it ended without printing ${text}: ${this.#stdout}${this.#stderr}`));
      });
      look();
    });
  }
}

/** Command lines of all processes on this machine that belong to a cluster of this checkout. */
export async function clusterProcesses(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^[0-9]+$/u.test(name))) {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (commandLine.includes(path.join(REPOSITORY, '.local')) && pid !== String(process.pid)) {
      found.push(commandLine.replaceAll('\0', ' '));
    }
  }
  return found;
}
