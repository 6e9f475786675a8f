import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

const DRIVER = path.join(import.meta.dirname, '../driver/bench/bench.mjs');

export interface DriverRun {
  /** Of the driver: `scale`, `--n`, `100`. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
}

/** Runs one command of the driver to its end; it ends its own processes when it is told to end. */
export async function drive({ args, environment, onLine }: DriverRun, signal: AbortSignal): Promise<void> {
  const driver = spawn(process.execPath, [DRIVER, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'pipe'],
    signal,
  });
  createInterface({ input: driver.stderr }).on('line', onLine);
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  driver.once('error', reject);
  driver.once('close', resolve);
  const code = await promise;
  if (code !== 0) {
    throw new Error(`the driver ended with status ${code ?? 'of a signal'}: ${args.join(' ')}`);
  }
}
