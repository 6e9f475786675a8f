import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { runCloudCommand } from './cloud-command/cloud-command.ts';
import { cloudOptions } from './cloud-command/options.ts';
import { SimulatorClient } from './cloud-command/simulator-client.ts';
import { readClusterFile } from './cluster-file.ts';
import { LocalCloudError } from './local-cloud-error.ts';

/** `npm run cloud -- pools|log`: what the simulated Azure of the running local cluster holds and was asked. */
const interrupted = new AbortController();
process.once('SIGINT', () => {
  interrupted.abort();
});
process.stdout.on('error', () => {
  process.exit(0); // whoever read our output has seen enough
});

try {
  await runCloudCommand({
    options: cloudOptions(process.argv.slice(2)),
    client: () => {
      const { simulator } = readClusterFile(path.join(import.meta.dirname, '../../../.local'));
      return new SimulatorClient({ endpoint: simulator.endpoint, caPem: readFileSync(simulator.caFile, 'utf8') });
    },
    write: (text) => process.stdout.write(text),
    now: () => new Date(),
    signal: interrupted.signal,
  });
} catch (error) {
  if (!(error instanceof LocalCloudError)) {
    throw error;
  }
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
