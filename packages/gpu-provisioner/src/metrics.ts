import type { Metrics } from '@kaito/controller-runtime';
import { conditions, labels } from '@kaito/types';

import type { ClusterAction } from './core/actions.ts';
import type { Claim, ClaimApi, ClaimStatus } from './core/claim.ts';
import type { Observed } from './core/observed.ts';
import type { TerminationReason } from './core/reasons.ts';

/** The figures about claims, under the names that dashboards of the original read (provisioner.md 1.1.6 and 1.2.3). */
export interface ProvisionerMetrics {
  /** Counts the conditions that this write turns True. */
  statusWritten(before: Observed, written: StatusWrite): void;
  givenUp(claim: Claim, reason: TerminationReason): void;
}

type StatusWrite = Extract<ClusterAction, { readonly kind: 'PatchClaimStatus' }>;

type Counter = ReturnType<Metrics['counter']>;

interface ClaimCounters {
  readonly created: Counter;
  readonly terminated: Counter;
  /** By the condition that turns True. */
  readonly stages: ReadonlyMap<string, Counter>;
  readonly labelsOf: (claim: Pick<Claim, 'labels'>) => Readonly<Record<string, string>>;
}

export function provisionerMetrics(metrics: Metrics): ProvisionerMetrics {
  const counters: Readonly<Record<ClaimApi, ClaimCounters>> = {
    Machine: machineCounters(metrics),
    NodeClaim: nodeClaimCounters(metrics),
  };
  return {
    statusWritten: ({ claim }, { claim: { api, uid }, status }) => {
      if (claim?.uid !== uid) {
        return;
      }
      const { created, labelsOf, stages } = counters[api];
      const by = labelsOf(claim);
      if (claim.status.conditions === undefined) {
        created.inc(by);
      }
      for (const [type, stage] of stages) {
        if (isTrue(status, type) && !isTrue(claim.status, type)) {
          stage.inc(by);
        }
      }
    },
    givenUp: (claim, reason) => {
      const { labelsOf, terminated } = counters[claim.api];
      terminated.inc({ reason, ...labelsOf(claim) });
    },
  };
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
    labelsOf: ({ labels: own }) => ({ nodepool: own[labels.nodePool] ?? '' }),
  };
}

function isTrue(status: ClaimStatus, type: string): boolean {
  return status.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}
