import process from 'node:process';

import { provisioner } from './provisioner/provisioner.ts';
import { simulation } from './src/simulation.ts';
import { slice } from './src/slice.ts';

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

  simulation [--runs 3]
      how many whole runs of the simulated world a second takes, how many effects each has,
      and how long every single fault of every scenario takes

Examples
  npm run bench -- slice --runs 3 --quiet-seconds 30
  npm run bench -- provisioner
  npm run bench -- provisioner --only life --runs 5
  npm run bench -- simulation
`;

const BENCHMARKS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  provisioner,
  simulation,
  slice,
};

const [name, ...args] = process.argv.slice(2);
const benchmark = BENCHMARKS[name ?? ''];
if (benchmark !== undefined) {
  await benchmark(args);
} else {
  process.stdout.write(HELP);
  process.exitCode = name === undefined || name === '--help' ? 0 : 1;
}
