import type { Metrics } from '@kaito/controller-runtime';
import { conditions, labels } from '@kaito/types';

import type { Claim, ClaimApi, ClaimStatus } from '../core/claim/claim.ts';
import type { Observed } from '../core/observed.ts';
import { reasons } from '../core/reasons.ts';
import type { TerminationReason } from '../core/reasons.ts';
import { msBetween } from '../core/time.ts';
import { LONG_SECONDS } from './buckets.ts';
import { isRelease } from './done.ts';
import type { Done } from './done.ts';

export interface ClaimMetrics {
  /** Counts the conditions that this write turns True. */
  statusWritten(written: Done<'PatchClaimStatus'>, before: Observed): void;
  patched(patched: Done<'PatchClaim'>, before: Observed): void;
  poolDeletionAsked(asked: Done<'DeletePool'>, before: Observed): void;
  givenUp(claim: Claim, reason: TerminationReason): void;
}

type Counter = ReturnType<Metrics['counter']>;
type Histogram = ReturnType<Metrics['histogram']>;

interface ClaimCounters {
  readonly created: Counter;
  readonly terminated: Counter;
  /** By the condition that turns True. */
  readonly stages: ReadonlyMap<string, Counter>;
  readonly labelsOf: (claim: Pick<Claim, 'labels'>) => Readonly<Record<string, string>>;
}

export function claimMetrics(metrics: Metrics): ClaimMetrics {
  const counters: Readonly<Record<ClaimApi, ClaimCounters>> = {
    Machine: machineCounters(metrics),
    NodeClaim: nodeClaimCounters(metrics),
  };
  const disruptions = disruptionCounters(metrics);
  const inconsistent = consistencyCounter(metrics);
  const { instanceTermination, termination } = terminationHistograms(metrics);
  const deletionAskedAt = new Map<string, Date>();
  return {
    statusWritten: ({ claim: { api, uid }, status }, { claim }) => {
      if (claim?.uid === uid) {
        countStages(counters[api], claim, status);
        inconsistent(claim.status, status);
      }
    },
    patched: ({ patch }, { claim, now }) => {
      if (claim === undefined || claim.deletedAt === undefined || !isRelease(patch)) {
        return;
      }
      const by = nodePoolOf(claim);
      const askedAt = deletionAskedAt.get(claim.uid);
      deletionAskedAt.delete(claim.uid);
      observeSeconds(termination, claim.deletedAt, now, by);
      if (askedAt !== undefined) {
        observeSeconds(instanceTermination, askedAt, now, by);
      }
    },
    poolDeletionAsked: (_asked, { claim, now }) => {
      if (claim !== undefined && !deletionAskedAt.has(claim.uid)) {
        deletionAskedAt.set(claim.uid, now);
      }
    },
    givenUp: (claim, reason) => {
      const { labelsOf, terminated } = counters[claim.api];
      terminated.inc({ reason: reasonOf(claim.api, reason), ...labelsOf(claim) });
      disruptions(claim, reason);
    },
  };
}

/** The Machine era has one word for all that took too long. */
function reasonOf(api: ClaimApi, reason: TerminationReason): string {
  const isTimeout = reason === 'launch_timeout' || reason === 'registration_timeout';
  return api === 'Machine' && isTimeout ? 'liveness' : reason;
}

function countStages({ created, labelsOf, stages }: ClaimCounters, before: Claim, status: ClaimStatus): void {
  const by = labelsOf(before);
  if (before.status.conditions === undefined) {
    created.inc(by);
  }
  for (const [type, stage] of stages) {
    if (isTrue(status, type) && !isTrue(before.status, type)) {
      stage.inc(by);
    }
  }
}

function machineCounters(metrics: Metrics): ClaimCounters {
  const { launched, registered, initialized } = conditions.machine;
  const counter = (stage: string, help: string): Counter =>
    metrics.counter(`karpenter_machines_${stage}`, help, ['provisioner']);
  return {
    created: counter('created', 'Machines taken up'),
    stages: new Map([
      [launched, counter('launched', 'Machines launched in the cloud')],
      [registered, counter('registered', 'Machines whose Node registered')],
      [initialized, counter('initialized', 'Machines whose Node can take pods')],
    ]),
    terminated: metrics.counter('karpenter_machines_terminated', 'Machines given up, by reason', [
      'reason',
      'provisioner',
    ]),
    labelsOf: ({ labels: own }) => ({ provisioner: own[labels.provisionerName] ?? '' }),
  };
}

function nodeClaimCounters(metrics: Metrics): ClaimCounters {
  const { launched, registered, initialized } = conditions.nodeClaim;
  const counter = (stage: string, help: string): Counter =>
    metrics.counter(`karpenter_nodeclaims_${stage}_total`, help, ['nodepool']);
  return {
    created: counter('created', 'NodeClaims taken up'),
    stages: new Map([
      [launched, counter('launched', 'NodeClaims launched in the cloud')],
      [registered, counter('registered', 'NodeClaims whose Node registered')],
      [initialized, counter('initialized', 'NodeClaims whose Node can take pods')],
    ]),
    terminated: metrics.counter('karpenter_nodeclaims_terminated_total', 'NodeClaims given up, by reason', [
      'reason',
      'nodepool',
    ]),
    labelsOf: nodePoolOf,
  };
}

function consistencyCounter(metrics: Metrics): (before: ClaimStatus, after: ClaimStatus) => void {
  const errors = metrics.counter('karpenter_consistency_errors', 'Claims that several Nodes claim to be of', ['check']);
  return (before, after) => {
    if (hasManyNodes(after) && !hasManyNodes(before)) {
      errors.inc({ check: 'multiple_nodes' });
    }
  };
}

function hasManyNodes({ conditions: all = [] }: ClaimStatus): boolean {
  return all.some(({ reason }) => reason === reasons.multipleNodesFound);
}

/** What happens to claims that had been fine (provisioner.md 1.2.3). */
function disruptionCounters(metrics: Metrics): ClaimMetrics['givenUp'] {
  const disrupted = metrics.counter('karpenter_nodeclaims_disrupted_total', 'NodeClaims taken down, by reason', [
    'reason',
    'nodepool',
    'capacity_type',
  ]);
  const unhealthy = metrics.counter(
    'karpenter_nodeclaims_unhealthy_disrupted_total',
    'NodeClaims taken down because their Node was not Ready for long',
    ['condition', 'nodepool', 'capacity_type'],
  );
  return (claim, reason) => {
    if (claim.api === 'Machine' || claim.providerId === undefined) {
      return;
    }
    const by = { ...nodePoolOf(claim), capacity_type: claim.labels[labels.capacityType] ?? '' };
    disrupted.inc({ reason, ...by });
    if (reason === 'unhealthy') {
      unhealthy.inc({ condition: 'Ready', ...by });
    }
  };
}

function terminationHistograms(metrics: Metrics): { termination: Histogram; instanceTermination: Histogram } {
  const histogram = (what: string, help: string): Histogram =>
    metrics.histogram(`karpenter_nodeclaims_${what}_duration_seconds`, help, ['nodepool'], LONG_SECONDS);
  return {
    termination: histogram('termination', 'From the deletion of a claim to its end'),
    instanceTermination: histogram('instance_termination', 'From the deletion of an agent pool to its end'),
  };
}

function nodePoolOf({ labels: own }: Pick<Claim, 'labels'>): Readonly<Record<string, string>> {
  return { nodepool: own[labels.nodePool] ?? '' };
}

function observeSeconds(histogram: Histogram, from: Date, to: Date, by: Readonly<Record<string, string>>): void {
  histogram.observe(msBetween(from, to) / 1000, by);
}

function isTrue(status: ClaimStatus, type: string): boolean {
  return status.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}
