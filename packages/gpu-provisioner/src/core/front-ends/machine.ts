import { conditions, labels } from '@kaito/types';
import type { Machine } from '@kaito/types';

import type { Claim, ClaimCondition } from '../claim/claim.ts';
import type { Progress, Step } from '../progress.ts';
import { timestamp } from '../time.ts';
import { identityOf, launchFailure } from './claim-metadata.ts';
import type { FrontEnd } from './front-end.ts';

const { launched, registered, initialized, ready } = conditions.machine;

/** The conditions that `Ready` sums up, in the order in which they come true. */
const LIVING: readonly string[] = [launched, registered, initialized];

const DEFAULT_PROVISIONER = 'default';

/** Machines of Karpenter's `v1alpha5`, with conditions in knative's shape (provisioner.md 1.1). */
export const machineFrontEnd: FrontEnd = {
  api: 'Machine',
  apiVersion: 'karpenter.sh/v1alpha5',
  launched,
  conditions: machineConditions,
  leavingConditions: () => [],
  imageOf: () => undefined,
  classLabels: () => ({}),
  poolLabels: () => ({ [labels.provisionerName]: DEFAULT_PROVISIONER }),
};

/** Whether the Machine is ours to serve (provisioner.md 2.1). */
export function isServedMachine({ metadata }: Pick<Machine, 'metadata'>): boolean {
  const { labels: own = {} } = metadata;
  return labels.workspace in own || labels.ragEngine in own;
}

export function claimOfMachine({ metadata, spec = {}, status = {} }: Machine): Claim {
  const { requirements = [], resources, startupTaints = [], taints = [] } = spec;
  return {
    api: 'Machine',
    ...identityOf(metadata, status),
    requirements,
    taints,
    startupTaints,
    requests: resources?.requests ?? {},
    ...launchFailure(status, launched),
  };
}

function machineConditions({ status }: Claim, progress: Progress, now: Date): readonly ClaimCondition[] {
  const current = status.conditions ?? [];
  const steps = [progress.launched, progress.registered, progress.initialized];
  const living = LIVING.map((type, index) => conditionOf(type, steps[index] ?? 'Done', { current, now }));
  return [...living, conditionOf(ready, worst(living), { current, now })];
}

/** A time that moves with the status alone, no reason and no message on what is True. */
function conditionOf(
  type: string,
  step: Step,
  { current, now }: { current: readonly ClaimCondition[]; now: Date },
): ClaimCondition {
  const before = current.find((condition) => condition.type === type);
  const status = step === 'Done' ? 'True' : 'False';
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : timestamp(now);
  return {
    type,
    status,
    ...(step !== 'Done' && { reason: step.reason, message: step.message }),
    ...(lastTransitionTime !== undefined && { lastTransitionTime }),
  };
}

/** The failing condition that changed last speaks for all; of several, the one that comes first on the way. */
function worst(living: readonly ClaimCondition[]): Step {
  const [spokesman] = living
    .filter(({ status }) => status === 'False')
    .toSorted((a, b) => compare(b.lastTransitionTime ?? '', a.lastTransitionTime ?? ''));
  return spokesman === undefined ? 'Done' : { reason: spokesman.reason ?? '', message: spokesman.message ?? '' };
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
