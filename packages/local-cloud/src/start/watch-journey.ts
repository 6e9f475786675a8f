import { informer, silentLogger, systemClock } from '@kaito/controller-runtime';
import type { Informer, Kubernetes } from '@kaito/controller-runtime';
import { labels, machines, nodes, pods, workspaces } from '@kaito/types';
import type { Machine, Node, Pod, Workspace } from '@kaito/types';

import { LocalCloudError } from '../local-cloud-error.ts';
import { failure, newlyReached, waitingMessage } from './journey.ts';
import type { Facts, Reached } from './journey.ts';
import type { WorkspaceName } from './manifests.ts';
import type { Progress } from './progress.ts';

interface Informers {
  readonly workspaces: Informer<Workspace>;
  readonly machines: Informer<Machine>;
  readonly nodes: Informer<Node>;
  readonly pods: Informer<Pod>;
}

const REFRESH_MS = 500;
/** What Azure did not answer is asked again, so a failure counts when it lasts. */
const PATIENCE_MS = 5_000;

/** What everything made for a Workspace looks like at the moment, kept up to date by watches. */
export class ClusterView {
  readonly #informers: Informers;

  constructor(kubernetes: Kubernetes) {
    const options = { kubernetes, clock: systemClock, logger: silentLogger, random: Math.random };
    this.#informers = {
      workspaces: informer({ ...options, kind: workspaces }),
      machines: informer({ ...options, kind: machines }),
      nodes: informer({ ...options, kind: nodes }),
      pods: informer({ ...options, kind: pods, selection: { labelSelector: labels.workspace } }),
    };
  }

  async run(signal: AbortSignal): Promise<void> {
    const { workspaces: w, machines: m, nodes: n, pods: p } = this.#informers;
    await Promise.all([w.run(signal), m.run(signal), n.run(signal), p.run(signal)]);
  }

  onChange(listener: () => void): void {
    const { workspaces: w, machines: m, nodes: n, pods: p } = this.#informers;
    w.onChange(listener);
    m.onChange(listener);
    n.onChange(listener);
    p.onChange(listener);
  }

  facts({ namespace, name }: WorkspaceName): Facts {
    const { workspaces: w, machines: m, nodes: n, pods: p } = this.#informers;
    return {
      workspace: w.cache.get(`${namespace}/${name}`),
      machines: m.cache
        .list()
        .filter(
          ({ metadata }) =>
            metadata.labels?.[labels.workspace] === name && metadata.labels[labels.workspaceNamespace] === namespace,
        ),
      nodes: n.cache.list(),
      pods: p.cache
        .list()
        .filter(({ metadata }) => metadata.namespace === namespace && metadata.labels?.[labels.workspace] === name),
    };
  }
}

/** Shows every step of one Workspace until it is Ready; fails with the Workspace's own reason when it cannot be. */
export async function watchJourney(
  view: ClusterView,
  workspace: WorkspaceName,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const started = performance.now();
  let reached: readonly Reached[] = [];
  let failingSinceMs: number | undefined;
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const look = (): void => {
    const facts = view.facts(workspace);
    const elapsedMs = performance.now() - started;
    const fresh = newlyReached(facts, reached, elapsedMs);
    fresh.forEach((one) => {
      progress.milestone(one);
    });
    reached = [...reached, ...fresh];
    const reason = failure(facts);
    failingSinceMs = reason === undefined ? undefined : (failingSinceMs ?? elapsedMs);
    if (fresh.some(({ milestone }) => milestone.label === 'Workspace Ready')) {
      resolve(undefined);
    } else if (failingSinceMs !== undefined && elapsedMs - failingSinceMs >= PATIENCE_MS) {
      reject(new LocalCloudError(`Workspace ${workspace.name} cannot become ready: ${reason ?? ''}`));
    } else {
      progress.waitingFor(reached, elapsedMs, waitingMessage(facts));
    }
  };
  const timer = setInterval(look, REFRESH_MS); // only so that the seconds shown go on; steps come from the watches
  const stop = (): void => {
    reject(signal.reason);
  };
  signal.addEventListener('abort', stop, { once: true });
  view.onChange(look);
  try {
    await promise;
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', stop);
  }
}
