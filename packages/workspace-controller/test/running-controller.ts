import { eventRecorder, noMetrics, silentLogger, systemClock } from '@kaito/controller-runtime';
import type { HasMetadata, Informer } from '@kaito/controller-runtime';
import { kubernetesOverHttp } from '@kaito/kube';
import type { ClusterAccess, RequestRecord } from '@kaito/kube';
import type { Condition, Workspace } from '@kaito/types';

import { kubernetesWorld } from '../src/adapters/world.ts';
import { workspaceController } from '../src/controller.ts';
import { cachesOf, workspaceInformers } from '../src/informers.ts';
import type { Informers } from '../src/informers.ts';
import { reconcile } from '../src/reconcile.ts';
import { settings } from './builders.ts';

export interface RunningController {
  readonly informers: Informers;
  stop(): Promise<void>;
}

/** The controller as main.ts puts it together, in this process, its caches filled. `onRequest` hears of each write. */
export async function startController(
  access: ClusterAccess,
  onRequest: (request: string) => void = () => undefined,
): Promise<RunningController> {
  const stop = new AbortController();
  const { signal } = stop;
  const kubernetes = kubernetesOverHttp(access, {
    userAgent: 'workspace-controller',
    onRequest: (record) => {
      if (record.verb !== 'watch' && record.resource !== 'events') {
        onRequest(named(record));
      }
    },
  });
  const common = { kubernetes, clock: systemClock, logger: silentLogger, metrics: noMetrics, random: Math.random };
  const informers = workspaceInformers(common);
  const events = eventRecorder({ ...common, reportingController: 'kaito.sh/test', reportingInstance: 'test', signal });
  const world = kubernetesWorld({ ...common, caches: cachesOf(informers), events, provisioning: settings.nodes });
  const controller = workspaceController(informers, {
    ...common,
    provisioning: settings.nodes,
    workers: 4,
    reconcile: async (key, stopped) => reconcile(key, world, settings, stopped),
  });
  const all = Object.values({ ...informers });
  const running = Promise.all([...all.map(async (informer) => informer.run(signal)), controller.run(signal)]);
  await Promise.all(all.map(async (informer) => informer.synced(signal)));
  return {
    informers,
    stop: async () => {
      stop.abort();
      await running;
      kubernetes.close();
    },
  };
}

function named({ verb, resource, subresource }: RequestRecord): string {
  return [`${verb} ${resource}`, ...(subresource === undefined ? [] : [subresource])].join('/');
}

/** The first object that is so, now or later. */
export async function seen<T extends HasMetadata>(informer: Informer<T>, isSo: (object: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    const present = informer.cache.list().find(isSo);
    if (present !== undefined) {
      resolve(present);
    }
    informer.onChange(({ after }) => {
      if (after !== undefined && isSo(after)) {
        resolve(after);
      }
    });
  });
}

export function readiness({ status }: Workspace): Condition | undefined {
  return status?.conditions?.find(({ type }) => type === 'WorkspaceReady');
}
