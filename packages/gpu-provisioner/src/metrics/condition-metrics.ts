import type { Metrics } from '@kaito/controller-runtime';

import type { ClaimCondition, ClaimRef } from '../core/claim/claim.ts';
import { frontEndOf } from '../core/front-ends/index.ts';
import type { Observed } from '../core/observed.ts';
import { msBetween, timeOf } from '../core/time.ts';
import { LONG_SECONDS } from './buckets.ts';
import type { Done } from './done.ts';

export interface ConditionMetrics {
  statusWritten(written: Done<'PatchClaimStatus'>, before: Observed): void;
}

/** How conditions of claims come and go, as the operators of the NodeClaim era tell it. */
export function conditionMetrics(metrics: Metrics): ConditionMetrics {
  const transitions = metrics.counter(
    'operator_status_condition_transitions_total',
    'Conditions that changed their status',
    ['group', 'kind', 'type', 'status', 'reason'],
  );
  const durations = metrics.histogram(
    'operator_status_condition_transition_seconds',
    'How long a condition had its status before',
    ['group', 'kind', 'type', 'status'],
    LONG_SECONDS,
  );
  return {
    statusWritten: ({ claim: ref, status }, { claim, now }) => {
      const before = claim?.uid === ref.uid ? (claim.status.conditions ?? []) : [];
      for (const { after, old } of changes(before, status.conditions ?? [])) {
        const by = { group: groupOf(ref), kind: ref.api, type: after.type };
        transitions.inc({ ...by, status: after.status, reason: after.reason ?? '' });
        if (old?.lastTransitionTime !== undefined) {
          durations.observe(msBetween(timeOf(old.lastTransitionTime), now) / 1000, { ...by, status: old.status });
        }
      }
    },
  };
}

interface ConditionChange {
  /** Absent: the condition is new. */
  readonly old: ClaimCondition | undefined;
  readonly after: ClaimCondition;
}

function changes(before: readonly ClaimCondition[], after: readonly ClaimCondition[]): readonly ConditionChange[] {
  return after
    .map((condition) => ({ after: condition, old: before.find(({ type }) => type === condition.type) }))
    .filter((change) => change.old?.status !== change.after.status);
}

function groupOf(claim: Pick<ClaimRef, 'api'>): string {
  return frontEndOf(claim).apiVersion.split('/')[0] ?? '';
}
