import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import v8 from 'node:v8';

import { syncedChecks, systemClock } from '@kaito/controller-runtime';
import { kubernetesOverHttp, loadClusterAccess } from '@kaito/kube';
import { pinoLogger, prometheusMetrics, runProgram, serveOperations, shutdownSignal } from '@kaito/operations';

import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import type { Settings } from './core/settings.ts';
import { readCatalog } from './core/spec/presets.ts';
import type { Catalog } from './core/spec/presets.ts';
import { helpText } from './help.ts';
import { countWorkspaces } from './metrics.ts';
import { workspaceProgram } from './program.ts';
import { NAME, VERSION } from './version.ts';

// A Workspace takes milliseconds: the optimizing compilers would cost as much as they save, and memory besides. So would
// room for what a burst leaves behind, which is never given back.
for (const flag of ['--semi-space-growth-factor=1', '--heap-growing-percent=70', '--no-opt', '--no-maglev']) {
  v8.setFlagsFromString(flag);
}

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
  const { healthAddress, identity, isElected, metricsAddress, systemNamespace, workers } = config;
  const program = workspaceProgram({
    kubernetes,
    clock: systemClock,
    logger,
    metrics,
    random: Math.random,
    settings: settingsOf(config, catalog),
    identity,
    isElected,
    systemNamespace,
    workers,
  });
  countWorkspaces(program.informers.workspaces, metrics);
  const checks = syncedChecks({ ...program.informers });
  const operations = await serveOperations({ healthAddress, metricsAddress, checks, metrics });
  logger.info({ version: VERSION, presets: catalog.presets.length, ignored: config.ignored }, 'Starting');
  try {
    await program.run(signal);
  } finally {
    await operations.close();
    kubernetes.close();
  }
  logger.info({}, 'Stopped');
}

function settingsOf(config: Config, catalog: Catalog): Settings {
  return {
    catalog,
    nodes: config.nodes,
    nodeWishes: config.nodeWishes,
    cloudProvider: config.cloudProvider,
    images: config.images,
    hubEndpoint: config.hubEndpoint,
    deadlines: { claimReadyMs: config.claimReadyMs, schedulingMs: config.schedulingMs },
    claimBackoff: config.claimBackoff,
  };
}

/** Beside the bundle as JSON, or, when run from source, beside the sources. */
async function loadCatalog({ catalogFile }: Config): Promise<Catalog> {
  const here = import.meta.dirname;
  const candidates = [path.join(here, 'presets.json'), path.join(here, '../presets.yaml')];
  const file = catalogFile ?? (await firstReadable(candidates));
  try {
    return readCatalog(await parsed(file));
  } catch (error) {
    throw new Error(`reading the presets from ${file} failed`, { cause: error });
  }
}

async function parsed(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8');
  if (file.endsWith('.json')) {
    return JSON.parse(text);
  }
  const { parse } = await import('yaml'); // with a file of one's own; the parser costs 5 MB
  return parse(text);
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
