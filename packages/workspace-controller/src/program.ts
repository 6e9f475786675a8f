import { eventRecorder, whileLeading } from '@kaito/controller-runtime';
import type { Clock, Kubernetes, Logger, Metrics } from '@kaito/controller-runtime';

import { requireNodeClass } from './adapters/node-class-check.ts';
import { kubernetesWorld } from './adapters/world.ts';
import { workspaceController } from './controller.ts';
import { configuredClass } from './core/claims/node-source.ts';
import type { Settings } from './core/settings.ts';
import { cachesOf, workspaceInformers } from './informers.ts';
import type { Informers } from './informers.ts';
import { reconcile } from './reconcile.ts';
import { NAME } from './version.ts';

/** The lease that the Go original holds, so that the two never work at the same time. */
const LEASE = 'ef60f9b0.io';

export interface ProgramOptions {
  readonly kubernetes: Kubernetes;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly random: () => number;
  readonly settings: Settings;
  /** Who holds the lease; the name of a replica that comes back is the same. */
  readonly identity: string;
  readonly isElected: boolean;
  readonly systemNamespace: string;
  readonly workers: number;
}

export interface Program {
  readonly informers: Informers;
  /**
   * Ends when the signal aborts and everything has come to rest; rejects before any work when the cluster lacks the
   * configured node class.
   */
  run(signal: AbortSignal): Promise<void>;
}

/** One replica of the controller, whole but for what a process brings: real time, connections, endpoints, command line. */
export function workspaceProgram(options: ProgramOptions): Program {
  const informers = workspaceInformers(options);
  return {
    informers,
    run: async (signal) => {
      await run(options, informers, signal);
    },
  };
}

async function run(options: ProgramOptions, informers: Informers, signal: AbortSignal): Promise<void> {
  const { clock, identity, kubernetes, settings, systemNamespace } = options;
  await requireNodeClass({ ...options, nodeClass: configuredClass(settings.nodes) }, signal);
  const reporting = { reportingController: `kaito.sh/${NAME}`, reportingInstance: identity };
  const events = eventRecorder({ ...options, ...reporting, signal });
  const world = kubernetesWorld({
    kubernetes,
    caches: cachesOf(informers),
    events,
    clock,
    provisioning: settings.nodes,
  });
  const workspaces = workspaceController(informers, {
    ...options,
    provisioning: settings.nodes,
    reconcile: async (key, stopped) => reconcile(key, world, settings, stopped),
  });
  const watching = Promise.all(Object.values({ ...informers }).map(async (informer) => informer.run(signal)));
  const lease = { namespace: systemNamespace, name: LEASE };
  await whileLeading({ ...options, lease }, async (leading, check) => workspaces.run(leading, check), signal);
  await watching;
  await events.flushed();
}
