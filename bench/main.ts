import process from 'node:process';

import { simulation } from './src/simulation.ts';
import { slice } from './src/slice.ts';

const HELP = `Measures Kaito on this machine.

Usage: npm run bench -- NAME [FLAG...]

  slice [--runs 10] [--quiet-seconds 300]
      one Workspace at a time: how long each controller takes of its own, API requests by verb,
      writes while nothing happens, memory of the bundled controllers

  simulation [--runs 3]
      how many whole runs of the simulated world a second takes, how many effects each has,
      and how long every single fault of every scenario takes

Examples
  npm run bench -- slice --runs 3 --quiet-seconds 30
  npm run bench -- simulation
`;

const BENCHMARKS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = { simulation, slice };

const [name, ...args] = process.argv.slice(2);
const benchmark = BENCHMARKS[name ?? ''];
if (benchmark !== undefined) {
  await benchmark(args);
} else {
  process.stdout.write(HELP);
  process.exitCode = name === undefined || name === '--help' ? 0 : 1;
}
