import process from 'node:process';
import v8 from 'node:v8';

import { syncedChecks, systemClock } from '@kaito/controller-runtime';
import { kubernetesOverHttp, loadClusterAccess } from '@kaito/kube';
import { pinoLogger, prometheusMetrics, runProgram, serveOperations, shutdownSignal } from '@kaito/operations';

import { azureAgentPools } from './adapters/azure/agent-pools.ts';
import { azureCompute } from './adapters/azure/compute.ts';
import { azureIdentity } from './adapters/azure/credential.ts';
import { readClusterIdentity } from './adapters/cluster-identity.ts';
import { meteredCompute } from './adapters/metered-compute.ts';
import { meteredPools } from './adapters/metered-pools.ts';
import { readConfig } from './config.ts';
import type { Config, ReadConfig } from './config.ts';
import type { Prices } from './core/collection/leaks.ts';
import { helpText } from './help.ts';
import { leaksHelpText, readLeaksConfig } from './leaks/config.ts';
import type { LeaksConfig } from './leaks/config.ts';
import { lookForLeaks } from './leaks/look-for-leaks.ts';
import { reportJson, reportText } from './leaks/report.ts';
import { provisionerProgram } from './program.ts';
import { NAME, VERSION } from './version.ts';

// Its work is waiting: what an optimizing compiler needs is memory that nothing gives back (28 MiB with 90 claims).
for (const flag of ['--semi-space-growth-factor=1', '--no-opt', '--no-maglev', '--optimize-for-size']) {
  v8.setFlagsFromString(flag);
}

const [first, ...rest] = process.argv.slice(2);
await (first === 'leaks'
  ? begin(readLeaksConfig(rest, process.env), leaksHelpText, leaks)
  : begin(readConfig(process.argv.slice(2), process.env), helpText, main));

type Read<T> = { readonly kind: 'config'; readonly config: T } | Exclude<ReadConfig, { readonly kind: 'config' }>;

async function begin<T>(read: Read<T>, help: () => string, run: (config: T) => Promise<void>): Promise<void> {
  switch (read.kind) {
    case 'help':
      process.stdout.write(help());
      break;
    case 'version':
      process.stdout.write(`${VERSION}\n`);
      break;
    case 'invalid':
      process.stderr.write(`${NAME}: ${read.problems.join(`\n${NAME}: `)}\ntry --help\n`);
      process.exitCode = 2;
      break;
    case 'config':
      await runProgram(NAME, async () => run(read.config));
      break;
    default:
      read satisfies never;
  }
}

/** The composition root: the only place that knows every concrete part. */
async function main(config: Config): Promise<void> {
  const logger = pinoLogger({ level: config.logLevel, name: NAME });
  const signal = shutdownSignal();
  const metrics = prometheusMetrics();
  const kubernetes = kubernetesOverHttp(await loadClusterAccess(process.env), { userAgent: `${NAME}/${VERSION}` });
  const common = { kubernetes, clock: systemClock, logger, metrics, random: Math.random };
  const access = azureAccess(config);
  const azure = azureAgentPools(access);
  const compute = meteredCompute(azureCompute({ ...access, location: config.settings.location }), common);
  const program = provisionerProgram({ ...common, ...config, cloud: meteredPools(azure, common), compute });
  const checks = { ...syncedChecks({ ...program.informers }), azure: () => program.problem };
  const { healthAddress, metricsAddress } = config;
  const operations = await serveOperations({ healthAddress, metricsAddress, checks, metrics });
  logger.info({ version: VERSION, cluster: config.azure.clusterName, endpoint: config.azure.endpoint }, 'Starting');
  try {
    await program.run(signal);
  } finally {
    await operations.close();
    kubernetes.close();
  }
  logger.info({}, 'Stopped');
}

/** Where the pools are, and who asks. */
function azureAccess({ azure, azureIdentity: identity }: Config): Parameters<typeof azureAgentPools>[0] {
  const credential = azureIdentity({ ...identity, requestTimeoutMs: azure.requestTimeoutMs });
  return { ...azure, credential, clock: systemClock };
}

/** The subcommand: reads, tells, and ends with status 3 when there is something to tell. */
async function leaks({ config, output, priceList }: LeaksConfig): Promise<void> {
  const signal = shutdownSignal();
  const prices = priceList === undefined ? new Map<string, number>() : await pricesOf(priceList);
  const kubernetes = kubernetesOverHttp(await loadClusterAccess(process.env), { userAgent: `${NAME}/${VERSION}` });
  try {
    const clusterId = await readClusterIdentity(kubernetes, signal);
    const pools = azureAgentPools(azureAccess(config));
    const { slowDeletionMs } = config.settings;
    const { clusterName } = config.azure;
    const search = { kubernetes, pools, clock: systemClock, clusterId, clusterName, slowDeletionMs, prices };
    const report = await lookForLeaks(search, signal);
    process.stdout.write(output === 'json' ? reportJson(report) : reportText(report));
    process.exitCode = report.leaks.length === 0 ? 0 : 3;
  } finally {
    kubernetes.close();
  }
}

async function pricesOf(file: string): Promise<Prices> {
  const { readPriceFile } = await import('./leaks/price-file.ts'); // the controller does without a reader of YAML
  return readPriceFile(file);
}
