import type { Metrics } from '@kaito/controller-runtime';
import { conditions, labels } from '@kaito/types';
import type { Machine } from '@kaito/types';

import type { MachineStatus } from './core/machine-status.ts';
import type { Observed } from './core/observed.ts';
import type { TerminationReason } from './core/reasons.ts';

/** The figures about claims, under the names that dashboards of the original read. */
export interface ProvisionerMetrics {
  /** Counts the conditions that this write turns True. */
  statusWritten(before: Observed, status: MachineStatus): void;
  givenUp(machine: Machine, reason: TerminationReason): void;
}

const { launched, registered, initialized } = conditions.machine;

export function provisionerMetrics(metrics: Metrics): ProvisionerMetrics {
  const stages = [
    { type: launched, counter: counter('launched', 'Machines launched in the cloud') },
    { type: registered, counter: counter('registered', 'Machines whose Node registered') },
    { type: initialized, counter: counter('initialized', 'Machines whose Node can take pods') },
  ];
  const created = counter('created', 'Machines taken up');
  const terminated = metrics.counter('karpenter_machines_terminated', 'Machines given up, by reason', [
    'reason',
    'provisioner',
  ]);
  return {
    statusWritten: ({ claim }, status) => {
      const by = { provisioner: claim?.labels[labels.provisionerName] ?? '' };
      if (claim?.status.conditions === undefined) {
        created.inc(by);
      }
      for (const { type, counter: stage } of stages) {
        if (isTrue(status, type) && !isTrue(claim?.status, type)) {
          stage.inc(by);
        }
      }
    },
    givenUp: ({ metadata }, reason) => {
      terminated.inc({ reason, provisioner: metadata.labels?.[labels.provisionerName] ?? '' });
    },
  };

  function counter(stage: string, help: string): ReturnType<Metrics['counter']> {
    return metrics.counter(`karpenter_machines_${stage}`, help, ['provisioner']);
  }
}

function isTrue(status: MachineStatus | undefined, type: string): boolean {
  return status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}
