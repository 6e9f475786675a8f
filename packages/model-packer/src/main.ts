import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

import { isTransferError, readCredentials } from '@kaito/oci';

import { HELP } from './help.ts';
import { readOptions } from './options.ts';
import { PackerError } from './packer-error.ts';
import { run } from './run.ts';
import { terminal } from './terminal.ts';

/** `npm run model -- pack|bake`. */
const localImages = path.join(import.meta.dirname, '../../../dist/images/oci');
const now = (): number => performance.now();
const sleep = async (ms: number, signal: AbortSignal): Promise<void> => delay(ms, undefined, { signal });

async function main(): Promise<void> {
  const read = readOptions(process.argv.slice(2), localImages);
  if (read.kind === 'help') {
    process.stdout.write(HELP);
    return;
  }
  if (read.kind === 'invalid') {
    process.stderr.write(`${read.problems.join('\n')}\nSee npm run model -- --help\n`);
    process.exitCode = 2;
    return;
  }
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => stop.abort(new PackerError(`stopped by ${name}`)));
  }
  const screen = terminal(process.stderr, now);
  const folder = process.env['DOCKER_CONFIG'] ?? path.join(homedir(), '.docker');
  try {
    const world = { screen, signal: stop.signal, now, sleep };
    const text = await run(read.options, { world, readCredentials: async (host) => readCredentials(folder, host) });
    screen.line(''); // after the last status
    process.stdout.write(`${text}\n`);
  } catch (error) {
    screen.line(`model: ${stop.signal.aborted ? String(stop.signal.reason) : explained(error)}`);
    process.exitCode = 1;
  }
}

/** A sentence for what can be foreseen, everything for what cannot. */
function explained(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error instanceof PackerError || isTransferError(error) ? error.message : (error.stack ?? error.message);
}

await main();
