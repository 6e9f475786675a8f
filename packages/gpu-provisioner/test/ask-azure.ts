import process from 'node:process';

import { systemClock } from '@kaito/controller-runtime';

import { azureAgentPools } from '../src/adapters/azure/agent-pools.ts';
import { azureCompute } from '../src/adapters/azure/compute.ts';
import { azureIdentity } from '../src/adapters/azure/credential.ts';
import { readConfig } from '../src/config.ts';

/** Asks Azure one thing of each kind, as the program does with this environment, and prints the answers. */
const read = readConfig([], process.env);
if (read.kind !== 'config') {
  throw new Error(JSON.stringify(read));
}
const { azure, azureIdentity: identity, settings } = read.config;
const credential = azureIdentity({ ...identity, requestTimeoutMs: azure.requestTimeoutMs });
const options = { ...azure, credential, clock: systemClock };
const compute = azureCompute({ ...options, location: settings.location });
const { signal } = new AbortController();
const answers = {
  pools: await azureAgentPools(options).list(signal),
  skus: await compute.skus(signal),
  usages: await compute.usages(signal),
};
const short = Object.entries(answers).map(([name, answer]) => [
  name,
  answer.isOk ? answer.value.length : { kind: answer.failure.kind, message: answer.failure.message },
]);
process.stdout.write(JSON.stringify(Object.fromEntries(short)));
