import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

import { eventRecorder, syncedChecks, systemClock, whileLeading } from '@kaito/controller-runtime';
import type { Kubernetes, Logger, Metrics } from '@kaito/controller-runtime';
import { kubernetesOverHttp, loadClusterAccess } from '@kaito/kube';
import { pinoLogger, prometheusMetrics, runProgram, serveOperations, shutdownSignal } from '@kaito/operations';
import type { MetricsPage } from '@kaito/operations';
import { parse } from 'yaml';

import { kubernetesWorld } from './adapters/world.ts';
import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import { workspaceController } from './controller.ts';
import { readCatalog } from './core/presets.ts';
import type { Catalog } from './core/presets.ts';
import type { Settings } from './core/settings.ts';
import { helpText } from './help.ts';
import { cachesOf, workspaceInformers } from './informers.ts';
import type { Informers } from './informers.ts';
import { countWorkspaces } from './metrics.ts';
import { reconcile } from './reconcile.ts';
import { VERSION } from './version.ts';

const NAME = 'workspace-controller';

/** The lease that the Go original holds, so that the two never work at the same time. */
const LEASE = 'ef60f9b0.io';

const read = readConfig(process.argv.slice(2), process.env);
switch (read.kind) {
  case 'help':
    process.stdout.write(helpText());
    break;
  case 'version':
    process.stdout.write(`${VERSION}\n`);
    break;
  case 'invalid':
    process.stderr.write(`${NAME}: ${read.problems.join('\n')}\ntry --help\n`);
    process.exitCode = 2;
    break;
  case 'config':
    await runProgram(NAME, async () => main(read.config));
    break;
  default:
    read satisfies never;
}

/** The composition root: the only place that knows every concrete part. */
async function main(config: Config): Promise<void> {
  const logger = pinoLogger({ level: config.logLevel, name: NAME });
  const signal = shutdownSignal();
  const metrics = prometheusMetrics();
  const catalog = await loadCatalog(config);
  const userAgent = `${NAME}/${VERSION}`;
  const kubernetes = kubernetesOverHttp(await loadClusterAccess(process.env), { userAgent });
  const common = { kubernetes, clock: systemClock, logger, metrics, random: Math.random };
  const informers = workspaceInformers(common);
  countWorkspaces(informers.workspaces, metrics);
  const { healthAddress, metricsAddress } = config;
  const checks = syncedChecks({ ...informers });
  const operations = await serveOperations({ healthAddress, metricsAddress, checks, metrics });
  logger.info({ version: VERSION, presets: catalog.presets.length, ignored: config.ignored }, 'Starting');
  try {
    await work({ config, catalog, kubernetes, logger, metrics, informers }, signal);
  } finally {
    await operations.close();
    kubernetes.close();
  }
  logger.info({}, 'Stopped');
}

interface Parts {
  readonly config: Config;
  readonly catalog: Catalog;
  readonly kubernetes: Kubernetes;
  readonly logger: Logger;
  readonly metrics: Metrics & MetricsPage;
  readonly informers: Informers;
}

async function work(parts: Parts, signal: AbortSignal): Promise<void> {
  const { config, kubernetes, logger, metrics, informers } = parts;
  const events = eventRecorder({
    kubernetes,
    clock: systemClock,
    logger,
    metrics,
    reportingController: `kaito.sh/${NAME}`,
    reportingInstance: config.identity,
    signal,
  });
  const world = kubernetesWorld({ kubernetes, caches: cachesOf(informers), events, clock: systemClock });
  const settings = settingsOf(parts);
  const workspaces = workspaceController(informers, {
    workers: config.workers,
    clock: systemClock,
    logger,
    metrics,
    random: Math.random,
    reconcile: async (key, stopped) => reconcile(key, world, settings, stopped),
  });
  const watching = Promise.all(Object.values({ ...informers }).map(async (informer) => informer.run(signal)));
  const { identity, isElected, systemNamespace } = config;
  const lease = { namespace: systemNamespace, name: LEASE };
  const common = { kubernetes, clock: systemClock, logger, random: Math.random };
  await whileLeading({ ...common, lease, identity, isElected }, async (leading) => workspaces.run(leading), signal);
  await watching;
  await events.flushed();
}

function settingsOf({ config, catalog }: Parts): Settings {
  return {
    catalog,
    cloudProvider: config.cloudProvider,
    images: config.images,
    hubEndpoint: config.hubEndpoint,
    deadlines: { machineReadyMs: config.machineReadyMs, schedulingMs: config.schedulingMs },
    claimBackoff: config.claimBackoff,
  };
}

/** Beside the bundle, or, when run from source, beside the sources. */
async function loadCatalog({ catalogFile }: Config): Promise<Catalog> {
  const here = import.meta.dirname;
  const candidates = [path.join(here, 'presets.yaml'), path.join(here, '../presets.yaml')];
  const file = catalogFile ?? (await firstReadable(candidates));
  try {
    return readCatalog(parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new Error(`reading the presets from ${file} failed`, { cause: error });
  }
}

async function firstReadable(files: readonly string[]): Promise<string> {
  for (const file of files) {
    try {
      await access(file);
      return file;
    } catch {
      // the next one
    }
  }
  throw new Error(`no preset catalogue: looked for ${files.join(', ')}; name one with --catalog`);
}
