import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import * as z from 'zod';

import { command, result } from '../command.ts';
import { containerConfig } from './container-config.ts';
import type { ContainerOptions } from './container-config.ts';

const State = z.object({ pid: z.int().positive() });
/** However we end, runc is asked to end too, and its container with it. */
const WITH_US = ['setpriv', '--pdeathsig', 'TERM', '--'] as const;

const STOP_GRACE_MS = 15_000;

/** A container in the foreground of runc, which passes signals on to the program in it. */
export class Container {
  readonly startedAtMs: number;
  readonly #child: ChildProcess;
  readonly #runc: readonly [string, ...string[]];
  readonly #id: string;
  readonly #exited: Promise<number>;
  #output = '';
  #errors = '';
  #exitCode: number | undefined;

  private constructor(directory: string, isRootless: boolean) {
    this.#id = path.basename(directory);
    const rootless = isRootless ? ['--rootless=true'] : [];
    this.#runc = ['runc', '--root', path.join(path.dirname(directory), 'runc'), ...rootless];
    const [program, ...args] = [...WITH_US, ...this.#runc];
    this.startedAtMs = performance.now();
    this.#child = spawn(program, [...args, 'run', '--bundle', directory, this.#id], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (data: Buffer) => {
      this.#output += data.toString();
    });
    this.#child.stderr?.on('data', (data: Buffer) => {
      this.#errors += data.toString();
    });
    this.#exited = new Promise((resolve) => {
      const end = (code: number): void => {
        this.#exitCode = code;
        resolve(code);
      };
      this.#child.once('close', (code) => {
        end(code ?? 1);
      });
      this.#child.once('error', (error) => {
        this.#errors += String(error);
        end(1);
      });
    });
  }

  /** Its bundle and runc's state lie below `directory`. */
  static async start(directory: string, options: ContainerOptions): Promise<Container> {
    const bundle = path.join(directory, `kaito-${randomUUID()}`);
    await mkdir(bundle, { recursive: true });
    await writeFile(path.join(bundle, 'config.json'), JSON.stringify(containerConfig(options)));
    return new Container(bundle, options.isRootless);
  }

  get hasExited(): boolean {
    return this.#exitCode !== undefined;
  }

  /** Status of the program, once it has ended. */
  get exited(): Promise<number> {
    return this.#exited;
  }

  get output(): string {
    return this.#output;
  }

  get errors(): string {
    return this.#errors;
  }

  /** Memory of the program in KiB: resident, and what of that is in no file. */
  async memory(): Promise<{ readonly residentKiB: number; readonly anonymousKiB: number }> {
    const { pid } = State.parse(JSON.parse(await command([...this.#runc, 'state', this.#id])));
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return { residentKiB: kib(status, 'VmRSS'), anonymousKiB: kib(status, 'RssAnon') };
  }

  /** Asks it to end as the kubelet does; undefined: it had to be killed. */
  async stop(): Promise<number | undefined> {
    this.#child.kill('SIGTERM');
    const killed = new AbortController();
    const timer = setTimeout(() => {
      killed.abort();
      void result([...this.#runc, 'delete', '--force', this.#id]);
    }, STOP_GRACE_MS);
    const code = await this.#exited;
    clearTimeout(timer);
    return killed.signal.aborted ? undefined : code;
  }
}

function kib(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'mu').exec(status)?.[1]);
}
