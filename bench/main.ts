import process from 'node:process';

import * as z from 'zod';

import { provisioner } from './provisioner/provisioner.ts';
import { simulation } from './src/simulation.ts';
import { slice } from './src/slice.ts';
import { workspace } from './workspace/workspace.ts';

const HELP = `Measures Kaito on this machine.

Usage: npm run bench -- NAME [FLAG...]

  slice [--runs 10] [--quiet-seconds 300]
      one Workspace at a time: how long each controller takes of its own, API requests by verb,
      writes while nothing happens, memory of the bundled controllers

  provisioner [--runs 3] [--only ROW] [--virtual] [--idle-minutes 0]
      the provisioner beside the figures of the Go original: delays, calls, memory; in real time (its bundle, an API
      server, the ARM simulator; 7 minutes) and in virtual time; --only takes the name of a row's story, such as life,
      fifty, serial, restart, delete-mid-create, crash-and-delete, idle, quota, ninety; --virtual leaves real time out;
      --idle-minutes watches it idle for so long in real time, too

  workspace [--only ROW] [--runs N] [--quick | --full] [--claims nodeclaims|machines] [--node-flags=FLAGS]
      the workspace-controller beside the figures of the Go original, with the driver that measured those: a real
      control plane, a world that makes nodes and pods ready at once; 8 minutes, with --quick 2 (nothing at 1,000),
      with --full 30 (five quiet minutes, ten without capacity); --only takes latency, burst, burst-100, requests,
      cpu, rss-1000, restart, quiet, delete-100, no-capacity, or a size; --node-flags are for Node, --cpu-prof for example

  simulation [--runs 3]
      how many whole runs of the simulated world a second takes, how many effects each has,
      and how long every single fault of every scenario takes

Examples
  npm run bench -- slice --runs 3 --quiet-seconds 30
  npm run bench -- provisioner
  npm run bench -- provisioner --only life --runs 5
  npm run bench -- workspace
  npm run bench -- workspace --full
  npm run bench -- workspace --only burst-100 --runs 5
  npm run bench -- simulation
`;

const BENCHMARKS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  provisioner,
  simulation,
  slice,
  workspace,
};

const [name, ...args] = process.argv.slice(2);
const benchmark = BENCHMARKS[name ?? ''];
if (benchmark === undefined) {
  process.stdout.write(HELP);
  process.exitCode = name === undefined || name === '--help' ? 0 : 1;
} else {
  try {
    await benchmark(args);
  } catch (error) {
    process.stderr.write(`${wrongFlag(error)}\n(npm run bench -- --help)\n`);
    process.exitCode = 2;
  }
}

/** What is wrong with a flag; any other error is thrown on. */
function wrongFlag(error: unknown): string {
  if (error instanceof z.ZodError) {
    return z.prettifyError(error);
  }
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    return error.message;
  }
  throw error;
}
