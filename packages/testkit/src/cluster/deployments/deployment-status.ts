import type { KubernetesObject } from '@kaito/controller-runtime';

import { valueAt } from '../../api-server/json.ts';
import type { Fields } from '../../api-server/json.ts';
import { withConditions } from '../conditions.ts';
import type { ConditionPatch } from '../conditions.ts';
import { conditionOf, conditionsOf, numberAt } from '../reading.ts';
import { replicasOf } from '../workloads/counting.ts';
import { slackOf, sum } from './rollout.ts';

const PROGRESSING = 'Progressing';
const DONE = 'NewReplicaSetAvailable';
const TOO_LATE = 'ProgressDeadlineExceeded';
const DEFAULT_DEADLINE_SECONDS = 600;

export interface Progress {
  readonly deployment: KubernetesObject;
  readonly current: KubernetesObject | undefined;
  readonly old: readonly KubernetesObject[];
  /** The new ReplicaSet was made just now. */
  readonly isCreated: boolean;
  readonly now: string;
}

interface Counts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly unavailableReplicas: number;
}

/** What the controller writes about a Deployment, and in how many milliseconds its deadline may pass. */
export function deploymentStatus(progress: Progress): { readonly status: Fields; readonly deadlineInMs?: number } {
  const { current, deployment, now } = progress;
  const counts = countsOf(progress);
  const progressing = progressingCondition(progress, counts);
  const conditions = withConditions(conditionsOf(deployment), [availability(deployment, counts)], now);
  const deadlineInMs = progressing?.['reason'] === DONE ? undefined : msToDeadline(deployment, progressing, now);
  return {
    status: {
      observedGeneration: deployment.metadata.generation,
      ...(current !== undefined && counts),
      ...(current === undefined && { ...counts, updatedReplicas: 0 }),
      conditions: [
        ...conditions.filter(({ type }) => type !== PROGRESSING),
        ...(progressing === undefined ? [] : [progressing]),
      ],
    },
    ...(deadlineInMs !== undefined && { deadlineInMs }),
  };
}

function countsOf({ current, old }: Progress): Counts {
  const all = current === undefined ? old : [...old, current];
  const count = (name: string): number => sum(all, (set) => numberAt(set, 'status', name));
  const availableReplicas = count('availableReplicas');
  return {
    replicas: count('replicas'),
    updatedReplicas: current === undefined ? 0 : numberAt(current, 'status', 'replicas'),
    readyReplicas: count('readyReplicas'),
    availableReplicas,
    unavailableReplicas: Math.max(0, sum(all, replicasOf) - availableReplicas),
  };
}

function availability(deployment: KubernetesObject, { availableReplicas }: Counts): ConditionPatch {
  return availableReplicas >= replicasOf(deployment) - slackOf(deployment).unavailable
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

type Verdict = Required<Pick<ConditionPatch, 'status' | 'reason' | 'message'>>;

function progressingCondition(progress: Progress, counts: Counts): Fields | undefined {
  const { deployment, now } = progress;
  const before = conditionOf(deployment, PROGRESSING);
  const verdict = progressVerdict(progress, counts, before);
  if (verdict === undefined) {
    return before;
  }
  const [condition = {}] = withConditions(
    before === undefined ? [] : [before],
    [{ type: PROGRESSING, ...verdict }],
    now,
  );
  return { ...condition, lastUpdateTime: now };
}

/** Undefined: there is nothing to say that was not said before. */
function progressVerdict(
  { current, deployment, isCreated, now }: Progress,
  counts: Counts,
  before: Fields | undefined,
): Verdict | undefined {
  const name = `"${current?.metadata.name ?? deployment.metadata.name}"`;
  if (isCreated) {
    return { status: 'True', reason: 'NewReplicaSetCreated', message: `Created new replica set ${name}` };
  }
  if (counts.replicas === counts.updatedReplicas && before?.['reason'] === DONE) {
    return undefined;
  }
  if (isComplete(deployment, counts)) {
    return { status: 'True', reason: DONE, message: `ReplicaSet ${name} has successfully progressed.` };
  }
  if (hasMoved(deployment, counts)) {
    return { status: 'True', reason: 'ReplicaSetUpdated', message: `ReplicaSet ${name} is progressing.` };
  }
  return isTooLate(deployment, before, now)
    ? { status: 'False', reason: TOO_LATE, message: `ReplicaSet ${name} has timed out progressing.` }
    : undefined;
}

function isTooLate(deployment: KubernetesObject, before: Fields | undefined, now: string): boolean {
  const leftMs = msToDeadline(deployment, before, now);
  return leftMs !== undefined && leftMs <= 0 && before?.['reason'] !== TOO_LATE;
}

function isComplete(deployment: KubernetesObject, { availableReplicas, replicas, updatedReplicas }: Counts): boolean {
  const wanted = replicasOf(deployment);
  return updatedReplicas === wanted && replicas === wanted && availableReplicas === wanted;
}

function hasMoved(deployment: KubernetesObject, counts: Counts): boolean {
  const was = (name: keyof Counts): number => numberAt(deployment, 'status', name);
  const oldBefore = was('replicas') - was('updatedReplicas');
  return (
    counts.updatedReplicas > was('updatedReplicas') ||
    counts.replicas - counts.updatedReplicas < oldBefore ||
    counts.readyReplicas > was('readyReplicas') ||
    counts.availableReplicas > was('availableReplicas')
  );
}

function msToDeadline(deployment: KubernetesObject, condition: Fields | undefined, now: string): number | undefined {
  const since = condition?.['lastUpdateTime'];
  if (typeof since !== 'string' || condition?.['reason'] === DONE) {
    return undefined;
  }
  const seconds = valueAt(deployment, ['spec', 'progressDeadlineSeconds']);
  const deadline = typeof seconds === 'number' ? seconds : DEFAULT_DEADLINE_SECONDS;
  return Date.parse(since) + deadline * 1000 - Date.parse(now);
}
