import { spawn } from 'node:child_process';

import { ImagesError } from './images-error.ts';

export interface CommandOptions {
  readonly directory?: string;
  readonly signal?: AbortSignal;
}

export interface CommandResult {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

const LAST_LINES = 5;

/** Runs a program to its end and gives what it printed, whatever its status. */
export async function result(
  [program, ...args]: readonly [string, ...string[]],
  { directory, signal }: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(directory !== undefined && { cwd: directory }),
    ...(signal !== undefined && { signal }),
  });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => output.push(data));
  child.stderr.on('data', (data: Buffer) => errors.push(data));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      resolve(status ?? 1);
    });
  });
  return { code, output: Buffer.concat(output).toString('utf8'), errors: Buffer.concat(errors).toString('utf8') };
}

/** Runs a program that has to succeed, and gives what it printed to standard output. */
export async function command(
  commandLine: readonly [string, ...string[]],
  options: CommandOptions = {},
): Promise<string> {
  const { code, output, errors } = await result(commandLine, options);
  if (code !== 0) {
    const reason = errors.trim().split('\n').slice(-LAST_LINES).join('\n');
    throw new ImagesError(`${commandLine.slice(0, 2).join(' ')} ended with status ${code}: ${reason}`);
  }
  return output;
}
