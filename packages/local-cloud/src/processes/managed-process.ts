import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';

export interface ProgramOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory?: string;
  /** Standard output and error are appended to this file. */
  readonly logFile: string;
}

/** How a program ended. */
export interface Exit {
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

const SETPRIV = '/usr/bin/setpriv';
const LAST_LINES_BYTES = 4096;

/**
 * A program of ours in a session of its own, so that Ctrl-C in the terminal reaches us and not it, and with
 * a death signal, so that it never outlives us however we end.
 */
export class ManagedProcess {
  readonly name: string;
  readonly logFile: string;
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  #exit: Exit | undefined;

  constructor({ name, command, args, environment, workingDirectory, logFile }: ProgramOptions) {
    this.name = name;
    this.logFile = logFile;
    mkdirSync(path.dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'a');
    const [program, ...programArgs] = existsSync(SETPRIV)
      ? [SETPRIV, '--pdeathsig', 'KILL', '--', command, ...args]
      : [command, ...args];
    this.#child = spawn(program, programArgs, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...environment },
      ...(workingDirectory === undefined ? {} : { cwd: workingDirectory }),
    });
    closeSync(log);
    this.exited = new Promise((resolve) => {
      const done = (exit: Exit): void => {
        this.#exit = exit;
        resolve(exit);
      };
      this.#child.once('exit', (code, signal) => {
        done({ code: code ?? undefined, signal: signal ?? undefined });
      });
      this.#child.once('error', () => {
        done({ code: 127, signal: undefined });
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  get hasExited(): boolean {
    return this.#exit !== undefined;
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.hasExited) {
      this.#child.kill(signal);
    }
  }

  /** Asks it to end, and ends it by force after `graceMs`. */
  async stop(graceMs = 10_000): Promise<Exit> {
    this.kill('SIGTERM');
    const timer = setTimeout(() => {
      this.kill('SIGKILL');
    }, graceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The end of its log, for a person who wants to know why it ended. */
  async lastLines(count = 5): Promise<string> {
    const file = await open(this.logFile, 'r');
    try {
      const { size } = await file.stat();
      const start = Math.max(0, size - LAST_LINES_BYTES);
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - start), position: start });
      return buffer.subarray(0, bytesRead).toString('utf8').trimEnd().split('\n').slice(-count).join('\n');
    } finally {
      await file.close();
    }
  }
}
