import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

export const MAIN = path.join(import.meta.dirname, '../src/main.ts');

const running: ChildProcess[] = [];

/** After each test, so that none outlives a failed one. */
export function killPrograms(): void {
  for (const child of running.splice(0)) {
    child.kill('SIGKILL');
  }
}

/** The server as a process of its own. */
export interface Program {
  readonly child: ChildProcess;
  readonly output: string[];
  /** Resolves to the first line that contains `text`, also when it has already been. */
  line(text: string): Promise<string>;
  readonly exitCode: Promise<number | null>;
}

/** On a free port of loopback. */
export function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Program {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { HOST: '127.0.0.1', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const output: string[] = [];
  const waiters: { readonly text: string; readonly resolve: (line: string) => void }[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      output.push(line);
      waiters.filter(({ text }) => line.includes(text)).forEach(({ resolve }) => resolve(line));
    });
  }
  return {
    child,
    output,
    line: async (text) => {
      const present = output.find((line) => line.includes(text));
      const { promise, resolve } = Promise.withResolvers<string>();
      waiters.push({ text, resolve });
      return present ?? promise;
    },
    exitCode: once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null)),
  };
}

/** Once it listens. */
export async function address(program: Program): Promise<string> {
  return /http:\/\/[\d.:]+/u.exec(await program.line('Listening'))?.[0] ?? '';
}

export async function post(url: string, body: object): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}
