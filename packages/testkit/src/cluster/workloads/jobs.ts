import type { KubernetesObject } from '@kaito/controller-runtime';

import { fieldsOf, isList, valueAt } from '../../api-server/json.ts';
import type { Fields } from '../../api-server/json.ts';
import { jobs, pods } from '../kinds.ts';
import { controllerUid, isActivePod, isLeaving, isOverPod, isTrue, keyText, numberAt, phaseOf } from '../reading.ts';
import type { Syncs } from '../syncs.ts';
import type { World } from '../world.ts';
import { jobVerdict, verdictStatus } from './job-verdict.ts';
import type { JobCounts } from './job-verdict.ts';
import { ownedSyncs } from './owned-syncs.ts';
import { podOf } from './template.ts';

const TRACKING = 'batch.kubernetes.io/job-tracking';
const FIRST_BACKOFF_MS = 10_000;
const LAST_BACKOFF_MS = 600_000;

/** Runs the pods of Jobs until enough have succeeded or too many failed. Indexed and suspended Jobs are left out. */
export class Jobs {
  readonly #world: World;
  readonly #syncs: Syncs;

  static start(world: World): Jobs {
    return new Jobs(world);
  }

  private constructor(world: World) {
    this.#world = world;
    this.#syncs = ownedSyncs(world, { owner: jobs }, (job) => {
      this.#sync(job);
    });
    world.on(pods, ({ event, object }) => {
      if (event !== 'DELETED' && isLeaving(object) && isTracked(object)) {
        this.#releaseOrphan(object);
      }
    });
  }

  /** Of a Job that is gone there is nobody left to count its pods. */
  #releaseOrphan(pod: KubernetesObject): void {
    const uid = controllerUid(pod);
    if ([...this.#world.all(jobs).values()].some(({ metadata }) => metadata.uid === uid)) {
      return;
    }
    this.#world.after(this.#world.behaviour.controllerMs, () => {
      const current = this.#world.current(pods, pod);
      if (current !== undefined && isTracked(current)) {
        this.#release(current);
      }
    });
  }

  #release(pod: KubernetesObject): void {
    const finalizers = pod.metadata.finalizers?.filter((name) => name !== TRACKING) ?? [];
    this.#world.patch(pods, pod, { metadata: { finalizers } });
  }

  #sync(job: KubernetesObject): void {
    if (isTrue(job, 'Complete') || isTrue(job, 'Failed')) {
      return;
    }
    const owned = [...this.#world.controlledBy(job).values()];
    const counts = this.#count(job, owned);
    this.#writeStatus(job, counts);
    if (jobVerdict(job, counts) !== undefined) {
      for (const pod of owned.filter(isActivePod)) {
        this.#world.delete(pods, pod);
      }
    } else if (!isLeaving(job)) {
      this.#fill(job, counts);
    }
  }

  /** Lets go of pods that have ended, each of which counts once. */
  #count(job: KubernetesObject, owned: readonly KubernetesObject[]): JobCounts {
    const ended = owned.filter(isTracked).filter((pod) => !isActivePod(pod));
    for (const pod of ended) {
      this.#release(pod);
    }
    const active = owned.filter(isActivePod);
    const succeeded = ended.filter((pod) => phaseOf(pod) === 'Succeeded').length;
    return {
      active: active.length,
      terminating: owned.filter((pod) => isLeaving(pod) && !isOverPod(pod)).length,
      ready: active.filter((pod) => isTrue(pod, 'Ready')).length,
      succeeded: numberAt(job, 'status', 'succeeded') + succeeded,
      failed: numberAt(job, 'status', 'failed') + ended.length - succeeded,
    };
  }

  #fill(job: KubernetesObject, { active, failed, succeeded }: JobCounts): void {
    const atOnce = numberOr(job, 'parallelism', 1);
    const left = numberOr(job, 'completions', 1) - succeeded;
    const missing = Math.min(atOnce, left) - active;
    if (missing <= 0) {
      return;
    }
    const waitMs = this.#backOffMs(job, failed);
    if (waitMs > 0) {
      this.#syncs.addLater(keyText(job.metadata), waitMs);
      return;
    }
    for (let made = 0; made < missing; made += 1) {
      this.#world.create(pods, podOf(job, jobs, { labels: labelsOf(job), finalizers: [TRACKING] }));
    }
  }

  /** After a failure the next pod waits, twice as long each time. */
  #backOffMs(job: KubernetesObject, failed: number): number {
    if (failed === 0) {
      return 0;
    }
    const ends = [...this.#world.controlledBy(job).values()]
      .filter((pod) => phaseOf(pod) === 'Failed')
      .map((pod) => endOf(pod));
    const since = Math.max(0, ...ends);
    const waitMs = Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failed - 1));
    return since + waitMs - this.#world.schedule.now().getTime();
  }

  #writeStatus(job: KubernetesObject, counts: JobCounts): void {
    const now = this.#world.now();
    const before = fieldsOf(job['status']);
    const { active, failed, ready, succeeded, terminating } = counts;
    const status: Fields = {
      startTime: before['startTime'] ?? now,
      active: active === 0 ? null : active,
      ready,
      terminating,
      ...(succeeded > 0 && { succeeded }),
      ...(failed > 0 && { failed }),
      ...verdictStatus(job, counts, now),
    };
    this.#world.patchStatus(jobs, job, { status });
  }
}

function isTracked({ metadata }: KubernetesObject): boolean {
  return metadata.finalizers?.includes(TRACKING) ?? false;
}

function labelsOf({ metadata }: KubernetesObject): Readonly<Record<string, string>> {
  const { name, uid } = metadata;
  return {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
}

function numberOr(job: KubernetesObject, field: string, otherwise: number): number {
  const value = valueAt(job, ['spec', field]);
  return typeof value === 'number' ? value : otherwise;
}

function endOf(pod: KubernetesObject): number {
  const [first] = listAt(pod, 'containerStatuses');
  const finishedAt = valueAt(first, ['state', 'terminated', 'finishedAt']);
  return typeof finishedAt === 'string' ? Date.parse(finishedAt) : 0;
}

function listAt(pod: KubernetesObject, field: string): readonly unknown[] {
  const value = valueAt(pod, ['status', field]);
  return isList(value) ? value : [];
}
