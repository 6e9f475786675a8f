import process from 'node:process';

import { slice } from './src/slice.ts';

const HELP = `Measures Kaito on this machine.

Usage: npm run bench -- NAME [FLAG...]

  slice [--runs 10] [--quiet-seconds 300]
      one Workspace at a time: how long each controller takes of its own, API requests by verb,
      writes while nothing happens, memory of the bundled controllers

Example
  npm run bench -- slice --runs 3 --quiet-seconds 30
`;

const [name, ...args] = process.argv.slice(2);
if (name === 'slice') {
  await slice(args);
} else {
  process.stdout.write(HELP);
  process.exitCode = name === undefined || name === '--help' ? 0 : 1;
}
