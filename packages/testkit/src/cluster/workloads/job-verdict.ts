import type { KubernetesObject } from '@kaito/controller-runtime';

import { valueAt } from '../../api-server/json.ts';
import type { Fields } from '../../api-server/json.ts';
import { withConditions } from '../conditions.ts';
import { conditionsOf, isTrue } from '../reading.ts';

export interface JobCounts {
  readonly active: number;
  /** On their way out, and not over. */
  readonly terminating: number;
  readonly ready: number;
  readonly succeeded: number;
  readonly failed: number;
}

const DEFAULT_BACKOFF_LIMIT = 6;

const SUCCESS = {
  aim: 'SuccessCriteriaMet',
  end: 'Complete',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
};
const FAILURE = {
  aim: 'FailureTarget',
  end: 'Failed',
  reason: 'BackoffLimitExceeded',
  message: 'Job has reached the specified backoff limit',
};

/** How a Job ends; undefined while it goes on. */
export function jobVerdict(job: KubernetesObject, { failed, succeeded }: JobCounts): typeof SUCCESS | undefined {
  if (succeeded >= (numberIn(job, 'completions') ?? 1)) {
    return SUCCESS;
  }
  return failed > (numberIn(job, 'backoffLimit') ?? DEFAULT_BACKOFF_LIMIT) ? FAILURE : undefined;
}

/** The part of the status that says what the Job is bound for, and that it is there once none of its pods runs. */
export function verdictStatus(job: KubernetesObject, counts: JobCounts, now: string): Fields {
  const verdict = jobVerdict(job, counts);
  if (verdict === undefined) {
    return {};
  }
  const { aim, end, message, reason } = verdict;
  const isThere = counts.active + counts.terminating === 0;
  const conditions = (isThere ? [aim, end] : [aim])
    .filter((type) => !isTrue(job, type))
    .map((type) => ({ type, status: 'True', reason, message, lastProbeTime: now }) as const);
  return {
    conditions: withConditions(conditionsOf(job), conditions, now),
    ...(isThere && verdict === SUCCESS && { completionTime: now }),
  };
}

function numberIn(job: KubernetesObject, field: string): number | undefined {
  const value = valueAt(job, ['spec', field]);
  return typeof value === 'number' ? value : undefined;
}
