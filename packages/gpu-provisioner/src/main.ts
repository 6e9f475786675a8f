import process from 'node:process';

import { eventRecorder, keyOf, syncedChecks, systemClock, whileLeading } from '@kaito/controller-runtime';
import type { Controller, EventRecorder, Kubernetes, Logger, Metrics } from '@kaito/controller-runtime';
import { kubernetesOverHttp, loadClusterAccess } from '@kaito/kube';
import { pinoLogger, prometheusMetrics, runProgram, serveOperations, shutdownSignal } from '@kaito/operations';
import type { MetricsPage } from '@kaito/operations';

import { azureAgentPools } from './adapters/azure/agent-pools.ts';
import { workloadIdentity } from './adapters/azure/credential.ts';
import { clusterIdentity } from './adapters/cluster-identity.ts';
import { kubernetesCluster } from './adapters/kubernetes-cluster.ts';
import { meteredPools } from './adapters/metered-pools.ts';
import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import { machineController } from './controller.ts';
import type { AgentPools } from './core/cloud.ts';
import { helpText } from './help.ts';
import { provisionerInformers } from './informers.ts';
import type { Informers } from './informers.ts';
import { provisionerMetrics } from './metrics.ts';
import { Pools } from './pools.ts';
import { reconcile } from './reconcile.ts';
import { VERSION } from './version.ts';
import type { World } from './world.ts';

const NAME = 'gpu-provisioner';
const LEASE = 'gpu-provisioner-leader';

const read = readConfig(process.argv.slice(2), process.env);
switch (read.kind) {
  case 'help':
    process.stdout.write(helpText());
    break;
  case 'version':
    process.stdout.write(`${VERSION}\n`);
    break;
  case 'invalid':
    process.stderr.write(`${NAME}: ${read.problems.join(`\n${NAME}: `)}\ntry --help\n`);
    process.exitCode = 2;
    break;
  case 'config':
    await runProgram(NAME, async () => main(read.config));
    break;
  default:
    read satisfies never;
}

interface Parts {
  readonly config: Config;
  readonly kubernetes: Kubernetes;
  readonly cloud: AgentPools;
  readonly events: EventRecorder;
  readonly informers: Informers;
  readonly logger: Logger;
  readonly metrics: Metrics & MetricsPage;
}

/** The composition root: the only place that knows every concrete part. */
async function main(config: Config): Promise<void> {
  const logger = pinoLogger({ level: config.logLevel, name: NAME });
  const signal = shutdownSignal();
  const metrics = prometheusMetrics();
  const kubernetes = kubernetesOverHttp(await loadClusterAccess(process.env), { userAgent: `${NAME}/${VERSION}` });
  const common = { kubernetes, clock: systemClock, logger, metrics, random: Math.random };
  const informers = provisionerInformers(common);
  const reporting = { reportingController: `kaito.sh/${NAME}`, reportingInstance: config.identity };
  const events = eventRecorder({ ...common, ...reporting, signal });
  const credential = workloadIdentity(config.workloadIdentity);
  const azure = azureAgentPools({ ...config.azure, credential, clock: systemClock });
  const parts = { config, events, informers, logger, metrics, kubernetes, cloud: meteredPools(azure, common) };
  const term: Term = {};
  const machines = machineController(informers, {
    ...common,
    workers: config.workers,
    reconcile: async (name, stopped) => (term.world === undefined ? undefined : reconcile(name, term.world, stopped)),
  });
  const checks = {
    ...syncedChecks({ ...informers }),
    azure: () => term.world?.pools.problem, // a replica that waits to lead does not ask Azure anything
  };
  const { healthAddress, identity, isElected, metricsAddress, systemNamespace } = config;
  const operations = await serveOperations({ healthAddress, metricsAddress, checks, metrics });
  logger.info({ version: VERSION, cluster: config.azure.clusterName, endpoint: config.azure.endpoint }, 'Starting');
  const watching = Promise.all([
    informers.machines.run(signal),
    informers.nodes.run(signal),
    informers.pods.run(signal),
  ]);
  try {
    const lease = { namespace: systemNamespace, name: LEASE };
    await whileLeading(
      { ...common, lease, identity, isElected },
      async (leading) => work(parts, { machines, term }, leading),
      signal,
    );
    await watching;
    await events.flushed();
  } finally {
    await operations.close();
    kubernetes.close();
  }
  logger.info({}, 'Stopped');
}

/** What this replica knows while it leads; each time it begins with nothing. */
interface Term {
  world?: World;
}

async function work(
  parts: Parts,
  { machines, term }: { readonly machines: Controller; readonly term: Term },
  signal: AbortSignal,
): Promise<void> {
  const { config, cloud, informers, metrics } = parts;
  const clock = systemClock;
  const clusterId = await clusterIdentity({ ...parts, clock }, signal);
  if (clusterId === undefined) {
    return;
  }
  const settings = { ...config.settings, clusterId };
  const wake = (names: readonly string[]): void => {
    for (const name of names) {
      machines.enqueue(name);
    }
  };
  const pools = new Pools({ cloud, clock, settings, onNews: wake });
  const caches = {
    machineCache: informers.machines.cache,
    nodeCache: informers.nodes.cache,
    podCache: informers.pods.cache,
  };
  const cluster = kubernetesCluster({ ...parts, ...caches, clock });
  term.world = { cluster, pools, settings, clock, metrics: provisionerMetrics(metrics) };
  wake(informers.machines.cache.list().map(keyOf));
  await Promise.all([machines.run(signal), pools.run(signal)]);
}
