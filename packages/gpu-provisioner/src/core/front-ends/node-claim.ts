import { annotations, conditions, labels } from '@kaito/types';
import type { NodeClaim } from '@kaito/types';

import type { Claim, ClaimCondition } from '../claim/claim.ts';
import { durationMs } from '../claim/duration.ts';
import type { Leaving } from '../deletion/leaving.ts';
import type { Progress, Step } from '../progress.ts';
import { reasons } from '../reasons.ts';
import { timestamp } from '../time.ts';
import { identityOf, launchFailure } from './claim-metadata.ts';
import type { FrontEnd } from './front-end.ts';

const { drained, initialized, instanceTerminating, launched, ready, registered } = conditions.nodeClaim;

const CLASS = { group: 'kaito.sh', kind: 'KaitoNodeClass' } as const;

const DEFAULT_NODE_POOL = 'kaito';

const AWAITING = 'AwaitingReconciliation';

/** Reasons of the Machine era for what the NodeClaim era calls not looked at yet. */
const NOT_LOOKED_AT: readonly string[] = [reasons.launching, reasons.machineNotLaunched];

/** Only these are failures; everything else may still come true (provisioner.md 1.2.3). */
const FAILURES: readonly string[] = [reasons.multipleNodesFound];

/** What the CRD writes where nobody has said how long a claim lives. */
const DEFAULT_EXPIRY = '720h';

/** The longest value of a label. */
const LONGEST_VALUE = 63;

type Status = 'True' | 'False' | 'Unknown';

/** NodeClaims of Karpenter's `v1`, with conditions in Kubernetes' own shape (provisioner.md 1.2). */
export const nodeClaimFrontEnd: FrontEnd = {
  api: 'NodeClaim',
  apiVersion: 'karpenter.sh/v1',
  launched,
  conditions: nodeClaimConditions,
  leavingConditions,
  imageOf: ({ metadata }) => metadata.labels?.[labels.nodeImageVersion],
  classLabels,
  poolLabels: () => ({ [labels.nodePool]: DEFAULT_NODE_POOL }),
};

/** Whether the NodeClaim is ours to serve: by its class, which need not exist, or by a label of Kaito (checklist 4). */
export function isServedNodeClaim({ metadata, spec }: Pick<NodeClaim, 'metadata' | 'spec'>): boolean {
  const { labels: own = {} } = metadata;
  const { group, kind } = spec.nodeClassRef;
  return labels.workspace in own || labels.ragEngine in own || (group === CLASS.group && kind === CLASS.kind);
}

export function claimOfNodeClaim({ metadata, spec, status = {} }: NodeClaim): Claim {
  const { nodeClassRef, requirements, resources, startupTaints = [], terminationGracePeriod } = spec;
  const terminationGraceMs = durationMs(terminationGracePeriod);
  const expireAfterMs = lifeMs({ metadata, spec });
  return {
    api: 'NodeClaim',
    ...identityOf(metadata, status),
    nodeClass: nodeClassRef,
    requirements,
    taints: spec.taints ?? [],
    startupTaints,
    requests: resources?.requests ?? {},
    ...(terminationGraceMs !== undefined && { terminationGraceMs }),
    ...(expireAfterMs !== undefined && { expireAfterMs }),
    ...launchFailure(status, launched),
  };
}

/**
 * How long the claim lives. Kaito says nothing about it and marks its claims as not to be disrupted; what it leaves
 * out the CRD fills in. With that mark the default is nobody's word; any other span is somebody's, and counts.
 */
function lifeMs({ metadata, spec: { expireAfter } }: Pick<NodeClaim, 'metadata' | 'spec'>): number | undefined {
  const isMarked = metadata.annotations?.[annotations.doNotDisrupt] === 'true';
  return isMarked && expireAfter === DEFAULT_EXPIRY ? undefined : durationMs(expireAfter);
}

function classLabels({ nodeClass }: Claim): Readonly<Record<string, string>> {
  return nodeClass === undefined || nodeClass.name.length > LONGEST_VALUE
    ? {}
    : { [`${nodeClass.group}/${nodeClass.kind.toLowerCase()}`]: nodeClass.name };
}

function leavingConditions(claim: Claim, leaving: Leaving, now: Date): readonly ClaimCondition[] {
  const isTerminating = leaving.isTerminating === true;
  return [
    ...(leaving.drained === undefined ? [] : [stepCondition(drained, leaving.drained, claim, now)]),
    ...(isTerminating ? [stepCondition(instanceTerminating, 'Done', claim, now)] : []),
  ];
}

function nodeClaimConditions(claim: Claim, progress: Progress, now: Date): readonly ClaimCondition[] {
  const living = [
    stepCondition(launched, progress.launched, claim, now),
    stepCondition(registered, progress.registered, claim, now),
    stepCondition(initialized, progress.initialized, claim, now),
  ];
  return [...living, rollUp(living, claim, now)];
}

function stepCondition(type: string, step: Step, claim: Claim, now: Date): ClaimCondition {
  if (step === 'Done') {
    return condition({ type, status: 'True', reason: type, message: '' }, claim, now);
  }
  const { message, reason } = step;
  const status = FAILURES.includes(reason) ? 'False' : 'Unknown';
  return condition({ type, status, reason: NOT_LOOKED_AT.includes(reason) ? AWAITING : reason, message }, claim, now);
}

/** True when all are; False when one is; else it names those that are awaited. */
function rollUp(living: readonly ClaimCondition[], claim: Claim, now: Date): ClaimCondition {
  const others = living.filter(({ status }) => status !== 'True');
  if (others.length === 0) {
    return condition({ type: ready, status: 'True', reason: ready, message: '' }, claim, now);
  }
  const isUnhealthy = others.some(({ status }) => status === 'False');
  const message = others.map(({ type, status }) => `${type}=${status}`).join(', ');
  return condition(
    {
      type: ready,
      status: isUnhealthy ? 'False' : 'Unknown',
      reason: isUnhealthy ? 'UnhealthyDependents' : 'ReconcilingDependents',
      message,
    },
    claim,
    now,
  );
}

/** With a time that moves with the status alone. */
function condition(
  told: { readonly type: string; readonly status: Status; readonly reason: string; readonly message: string },
  { generation, status }: Claim,
  now: Date,
): ClaimCondition {
  const before = status.conditions?.find(({ type }) => type === told.type);
  const lastTransitionTime = before?.status === told.status ? before.lastTransitionTime : timestamp(now);
  return { ...told, observedGeneration: generation, ...(lastTransitionTime !== undefined && { lastTransitionTime }) };
}
