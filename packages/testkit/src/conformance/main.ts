import process from 'node:process';

import { apiConformance } from './api-scenarios.ts';
import { cloudConformance } from './cloud-scenarios.ts';
import { clusterConformance } from './cluster-scenarios.ts';
import { collectionConformance } from './collection-scenarios.ts';
import { karpenterConformance } from './karpenter-scenarios.ts';
import { compareAll } from './compare-all.ts';
import { HELP, readOptions } from './options.ts';
import type { Options } from './options.ts';

const read = readOptions(process.argv.slice(2));
switch (read.kind) {
  case 'help':
    process.stdout.write(HELP);
    break;
  case 'invalid':
    process.stderr.write(`conformance: ${read.problem}\ntry --help\n`);
    process.exitCode = 2;
    break;
  case 'options':
    await run(read.options);
    break;
  default:
    read satisfies never;
}

async function run({ only }: Options): Promise<void> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      stop.abort();
    });
  }
  const printer = {
    line: (text: string) => process.stdout.write(`${text}\n`),
    progress: (text: string) => process.stderr.write(`${text}\n`),
  };
  const conformances = [
    apiConformance,
    collectionConformance,
    clusterConformance,
    cloudConformance,
    karpenterConformance,
  ];
  const { differences, scenarios } = await compareAll(conformances, { only, printer, signal: stop.signal });
  process.exitCode = differences === 0 && scenarios > 0 && !stop.signal.aborted ? 0 : 1;
}
