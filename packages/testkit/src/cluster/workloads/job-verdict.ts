import type { KubernetesObject } from '@kaito/controller-runtime';

import { valueAt } from '../../api-server/json.ts';
import type { Fields } from '../../api-server/json.ts';

export interface JobCounts {
  readonly active: number;
  readonly ready: number;
  readonly succeeded: number;
  readonly failed: number;
}

const DEFAULT_BACKOFF_LIMIT = 6;

/** How a Job ends, as a part of its status; it ends once none of its pods is active any more. */
export function jobVerdict(
  job: KubernetesObject,
  { failed, succeeded }: JobCounts,
): 'goes on' | ((now: string) => Fields) {
  const wanted = numberIn(job, 'completions') ?? 1;
  if (succeeded >= wanted) {
    return (now) => ({
      completionTime: now,
      conditions: ['SuccessCriteriaMet', 'Complete'].map((type) =>
        condition(type, 'CompletionsReached', 'Reached expected number of succeeded pods', now),
      ),
    });
  }
  if (failed > (numberIn(job, 'backoffLimit') ?? DEFAULT_BACKOFF_LIMIT)) {
    return (now) => ({
      conditions: ['FailureTarget', 'Failed'].map((type) =>
        condition(type, 'BackoffLimitExceeded', 'Job has reached the specified backoff limit', now),
      ),
    });
  }
  return 'goes on';
}

function condition(type: string, reason: string, message: string, now: string): Fields {
  return { type, status: 'True', reason, message, lastProbeTime: now, lastTransitionTime: now };
}

function numberIn(job: KubernetesObject, field: string): number | undefined {
  const value = valueAt(job, ['spec', field]);
  return typeof value === 'number' ? value : undefined;
}
