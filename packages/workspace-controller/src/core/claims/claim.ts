import { annotations, conditions, labels, timestampMs } from '@kaito/types';
import type { Machine, NodeClaim, ObjectMeta } from '@kaito/types';

/** The API in which a claim was written: Karpenter's Machine of `v1alpha5`, or its NodeClaim of `v1`. */
export type ClaimApi = 'Machine' | 'NodeClaim';

/** What nodes are asked for with: a claim for one, or a NodePool that makes the claims itself. */
export type OrderKind = ClaimApi | 'NodePool';

/** A condition in either shape; NodeClaims of Karpenter may lack reason and message as Machines do. */
export interface ClaimCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

/** A request for one node, whichever API it was written in. */
export interface Claim {
  readonly api: ClaimApi;
  readonly metadata: ObjectMeta;
  readonly status?:
    | {
        readonly nodeName?: string | undefined;
        readonly providerID?: string | undefined;
        readonly conditions?: readonly ClaimCondition[] | undefined;
      }
    | undefined;
}

export function claimOfMachine({ metadata, status }: Machine): Claim {
  return { api: 'Machine', metadata, status };
}

export function claimOfNodeClaim({ metadata, status }: NodeClaim): Claim {
  return { api: 'NodeClaim', metadata, status };
}

/** Whether a NodePool made it: then that is what is scaled and deleted. */
export function isPooled({ metadata }: Claim): boolean {
  return metadata.labels?.[labels.poolWorkspace] !== undefined;
}

/** How people call it. */
export function wordOf({ api }: { readonly api: OrderKind }): string {
  return WORDS[api];
}

const WORDS: Readonly<Record<OrderKind, string>> = { Machine: 'machine', NodeClaim: 'nodeclaim', NodePool: 'NodePool' };

const STEPS: Readonly<Record<ClaimApi, readonly string[]>> = {
  Machine: [conditions.machine.launched, conditions.machine.registered, conditions.machine.initialized],
  NodeClaim: [conditions.nodeClaim.launched, conditions.nodeClaim.registered, conditions.nodeClaim.initialized],
};

/** The sentence by which scripts and the Go original know that no size could be had. */
const UNAVAILABLE = 'all requested instance types were unavailable during launch';

export function isClaimReady(claim: Claim): boolean {
  return conditionOf(claim, conditions.machine.ready)?.status === 'True';
}

/** Reasons of a launch that is not true yet and goes well. */
const ON_THE_WAY: ReadonlySet<string> = new Set(['', 'Launching', 'AwaitingReconciliation']);

/** Why a claim does not get on, as its provisioner says. */
export interface ClaimFailure {
  readonly reason: string;
  readonly message: string;
}

/** Why the provisioner could not launch it; undefined while it may still succeed at the first try. */
export function claimFailure(claim: Claim): ClaimFailure | undefined {
  const condition = claim.api === 'Machine' ? failedLaunchOfMachine(claim) : failedStepOfNodeClaim(claim);
  const { reason = '', message = '' } = condition ?? {};
  if (message.includes(UNAVAILABLE)) {
    const why = claim.metadata.annotations?.[annotations.launchFailure];
    return { reason, message: why === undefined ? UNAVAILABLE : `${UNAVAILABLE}: ${why}` };
  }
  return ON_THE_WAY.has(reason)
    ? undefined
    : { reason, message: `${wordOf(claim)} ${claim.metadata.name}: ${reason}: ${message}` };
}

function failedLaunchOfMachine(claim: Claim): ClaimCondition | undefined {
  const launched = conditionOf(claim, conditions.machine.launched);
  return launched?.status === 'False' ? launched : undefined;
}

/** What is in progress is unknown, also after a failure that is tried again; what is false will not come true. */
function failedStepOfNodeClaim(claim: Claim): ClaimCondition | undefined {
  const launched = conditionOf(claim, conditions.nodeClaim.launched);
  return launched !== undefined && launched.status !== 'True'
    ? launched
    : STEPS.NodeClaim.map((step) => conditionOf(claim, step)).find((condition) => condition?.status === 'False');
}

/** Whether it has brought a node that is not well now: it may recover, and nothing takes its place while it is there. */
export function isFallen(claim: Claim): boolean {
  return !isClaimReady(claim) && openStepType(claim) === conditions.machine.ready;
}

/** The step that a claim has not taken, in its provisioner's words where it has any. */
export function claimProgress(claim: Claim): string {
  const type = openStepType(claim);
  const condition = conditionOf(claim, type);
  const detail = [condition?.reason, condition?.message].filter((part) => part !== undefined && part !== '');
  return detail.length === 0 ? `${type} is not reported yet` : `${type} is not true: ${detail.join(': ')}`;
}

function openStepType(claim: Claim): string {
  return STEPS[claim.api].find((step) => conditionOf(claim, step)?.status !== 'True') ?? conditions.machine.ready;
}

/**
 * When the provisioner asked the cloud for it, the first time included; a provisioner that keeps no count has none. Times
 * from before the claim are those of claims before it.
 */
export function cloudAttemptsMs(claim: Claim): readonly number[] {
  return (claim.metadata.annotations?.[annotations.createAttempts] ?? '')
    .split(' ')
    .map(timestampMs)
    .filter((time) => time !== undefined)
    .filter((time) => time >= createdMs(claim));
}

export function createdMs({ metadata }: Pick<Claim, 'metadata'>): number {
  return timestampMs(metadata.creationTimestamp) ?? 0;
}

function conditionOf({ status }: Claim, type: string): ClaimCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}
