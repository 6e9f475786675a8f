import { LocalCloudError } from '../local-cloud-error.ts';
import type { ClusterView } from './cluster-view.ts';
import { failure, newlyReached, nextMilestone, waitingMessage } from './journey.ts';
import type { Reached } from './journey.ts';
import type { WorkspaceName } from './manifests.ts';
import type { Milestone } from './milestones.ts';
import type { Progress } from './progress.ts';

const REFRESH_MS = 500;
/** What Azure did not answer is asked again, so a failure counts when it lasts. */
const PATIENCE_MS = 5_000;

export interface JourneyTo {
  readonly workspace: WorkspaceName;
  readonly milestones: readonly Milestone[];
}

/** Shows every step of one Workspace until it is Ready; fails with the Workspace's own reason when it cannot be. */
export async function watchJourney(
  view: ClusterView,
  { milestones, workspace }: JourneyTo,
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
    const fresh = newlyReached(milestones, facts, reached, elapsedMs);
    fresh.forEach((one) => {
      progress.milestone(one);
    });
    reached = [...reached, ...fresh];
    const reason = failure(facts);
    failingSinceMs = reason === undefined ? undefined : (failingSinceMs ?? elapsedMs);
    if (fresh.some(({ milestone }) => milestone === milestones.at(-1))) {
      resolve(undefined);
    } else if (failingSinceMs !== undefined && elapsedMs - failingSinceMs >= PATIENCE_MS) {
      reject(new LocalCloudError(`Workspace ${workspace.name} cannot become ready: ${reason ?? ''}`));
    } else {
      progress.waitingFor(nextMilestone(milestones, reached), elapsedMs, waitingMessage(facts));
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
