import { eventRecorder, keyOf, whileLeading } from '@kaito/controller-runtime';
import type { Clock, Controller, EventRecorder, Kubernetes, Logger, Metrics } from '@kaito/controller-runtime';

import { clusterIdentity } from './adapters/cluster-identity.ts';
import { kubernetesCluster } from './adapters/kubernetes-cluster.ts';
import { CollectionGuard } from './collection-guard.ts';
import type { ProvisionerSettings } from './config.ts';
import { claimController } from './controller.ts';
import { LaunchStalls } from './core/launch/launch-stalls.ts';
import type { Compute } from './core/offerings/offering.ts';
import type { AgentPools } from './core/pools/cloud.ts';
import { provisionerInformers } from './informers.ts';
import type { Informers } from './informers.ts';
import { collectionStopped } from './metrics/collection-metrics.ts';
import { provisionerMetrics } from './metrics/provisioner-metrics.ts';
import { Offerings } from './offerings.ts';
import { patientPools } from './patient-pools.ts';
import { Pools } from './pools.ts';
import { reconcile } from './reconcile.ts';
import { NAME } from './version.ts';
import type { World } from './world.ts';

const LEASE = 'gpu-provisioner-leader';

export interface ProgramOptions {
  readonly kubernetes: Kubernetes;
  readonly cloud: AgentPools;
  readonly compute: Compute;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly random: () => number;
  readonly settings: ProvisionerSettings;
  /** Who holds the lease; the name of a replica that comes back is the same. */
  readonly identity: string;
  readonly isElected: boolean;
  readonly systemNamespace: string;
  readonly workers: number;
}

export interface Program {
  readonly informers: Informers;
  /** Why the cloud cannot be reached, in words for the operator. A replica that waits to lead does not ask. */
  readonly problem: string | undefined;
  /** Ends when the signal aborts and everything has come to rest. */
  run(signal: AbortSignal): Promise<void>;
}

/** What this replica knows while it leads; each time it begins with nothing. */
interface Term {
  world?: World;
}

interface Parts {
  readonly options: ProgramOptions;
  readonly informers: Informers;
  readonly events: EventRecorder;
  readonly term: Term;
}

/** One replica of the provisioner, whole but for what a process brings: real time, connections, endpoints, command line. */
export function provisionerProgram(given: ProgramOptions): Program {
  const options = { ...given, cloud: patientPools(given.cloud, given.clock) };
  const informers = provisionerInformers(options);
  const term: Term = {};
  return {
    informers,
    get problem() {
      return term.world?.pools.problem;
    },
    run: async (signal) => {
      const reporting = { reportingController: `kaito.sh/${NAME}`, reportingInstance: options.identity };
      const events = eventRecorder({ ...options, ...reporting, signal });
      await run({ options, informers, events, term }, signal);
    },
  };
}

async function run(parts: Parts, signal: AbortSignal): Promise<void> {
  const { events, informers, options, term } = parts;
  const claims = claimController(informers, {
    ...options,
    reconcile: async (name, stopped) => (term.world === undefined ? undefined : reconcile(name, term.world, stopped)),
  });
  const watching = Promise.all([
    informers.machines.run(signal),
    informers.nodeClaims.run(signal),
    informers.nodes.run(signal),
    informers.pods.run(signal),
  ]);
  const lease = { namespace: options.systemNamespace, name: LEASE };
  await whileLeading({ ...options, lease }, async (...leading) => work(parts, claims, ...leading), signal);
  await watching;
  await events.flushed();
}

async function work(parts: Parts, claims: Controller, signal: AbortSignal, check: () => void): Promise<void> {
  const { events, informers, options, term } = parts;
  const { clock, cloud, compute, metrics } = options;
  const clusterId = await clusterIdentity(options, signal);
  if (clusterId === undefined) {
    return;
  }
  const settings = { ...options.settings, clusterId };
  const wake = (names: readonly string[]): void => {
    for (const name of names) {
      claims.enqueue(name);
    }
  };
  const offerings = new Offerings({ compute, clock, settings: settings.offerings, onNews: wake });
  const caches = {
    machines: informers.machines.cache,
    nodeClaims: informers.nodeClaims.cache,
    nodes: informers.nodes.cache,
    pods: informers.pods.cache,
  };
  const cluster = kubernetesCluster({ ...options, caches, events, clusterId });
  const pools = new Pools({ cloud, clock, settings, onNews: wake, onList: () => guard.mayCollect() });
  const guard = new CollectionGuard({ cluster, pools, settings, clock, stopped: collectionStopped(metrics) });
  const stalls = new LaunchStalls();
  const told = new Set<string>();
  term.world = {
    cluster,
    pools,
    guard,
    offerings,
    stalls,
    told,
    settings,
    clock,
    metrics: provisionerMetrics(metrics),
  };
  wake([caches.machines, caches.nodeClaims].flatMap((cache) => cache.list().map(keyOf)));
  await Promise.all([claims.run(signal, check), pools.run(signal), offerings.run(signal)]);
}
