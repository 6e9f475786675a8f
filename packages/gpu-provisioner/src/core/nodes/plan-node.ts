import { annotations, labels } from '@kaito/types';
import type { Node } from '@kaito/types';

import type { Action, Plan } from '../actions.ts';
import { refOf, requiredValues } from '../claim/claim.ts';
import type { Claim } from '../claim/claim.ts';
import { frontEndOf } from '../front-ends/index.ts';
import { machineType } from '../launch/pool-spec.ts';
import type { ObservedClaim } from '../observed.ts';
import { tell } from '../plan-status.ts';
import { together, wokenAfter } from '../plan-timing.ts';
import { creationLookAt, endingLookAt } from '../pools/looks.ts';
import { registered, withHint, withoutNode } from '../progress.ts';
import { eventReasons, reasons } from '../reasons.ts';
import { missingGpus, tellMissingGpus, untilTold } from './gpu-advertising.ts';
import { isReady, readySince } from './node-match.ts';
import { isRegistered, nodePatch } from './node-patch.ts';
import type { ObjectPatch } from './node-patch.ts';
import { isOff, planDoubt } from './plan-loss.ts';
import { planRepair } from './plan-repair.ts';

type Strings = Readonly<Record<string, string>>;

/** What the cloud decided about the Node and the claim did not say. */
const CLOUD_LABELS: readonly string[] = [labels.instanceType, labels.zone, labels.region, labels.arch, labels.os];

const AZURE_ZONE_LABEL = 'karpenter.k8s.azure/zone';

/** How AKS marks the Nodes of spot pools, with a taint of the same key. */
const SPOT_LABEL = 'kubernetes.azure.com/scalesetpriority';

/** Requirements may spell them otherwise than Nodes do. */
const AS_ON_NODE: readonly string[] = [labels.zone, labels.instanceType, labels.region];

/** The claim has its Node: registers it, watches it come up, and notices when it goes. */
export function planNode(observed: ObservedClaim, match: { readonly node: Node; readonly providerId: string }): Plan {
  const { node } = match;
  const absence = planAbsence(observed, node);
  if (absence !== undefined) {
    return absence;
  }
  const repair = planRepair(observed, node);
  return repair.isGivenUp ? repair.plan : together(planUsed(observed, match), repair.plan);
}

/** The Node is there to stay: writes on it what is to be written, and tells how far it is. */
function planUsed(observed: ObservedClaim, match: { readonly node: Node; readonly providerId: string }): Plan {
  const { claim, now, settings } = observed;
  const { node, providerId } = match;
  const claimLabels = mergedLabels(claim, node);
  const own = claimPatch({ claim, node, providerId, claimLabels });
  const patch = nodePatch(claim, node, claimLabels);
  const missing = missingGpus(claim, node, settings.gpuAdvertisedMs);
  const progress = registered(claim, withPatch(node, patch), providerId);
  const hint = missing !== undefined && missing.tellAt <= now ? missing.hint : undefined;
  const actions: Action[] = [
    ...(own === undefined ? [] : [{ kind: 'PatchClaim' as const, claim: refOf(claim), patch: own }]),
    ...(patch === undefined ? [] : [{ kind: 'PatchNode' as const, node: node.metadata.name, patch }]),
    ...(own === undefined ? tellMissingGpus(observed, missing) : []),
    ...tell(observed, withHint(progress, hint)),
  ];
  const plan = wokenAfter({ actions }, untilTold(observed, missing));
  const lookAt = nodeLookAt(observed, node);
  return { ...plan, ...(lookAt !== undefined && { lookAt }) };
}

function nodeLookAt(observed: ObservedClaim, node: Node): Date | undefined {
  const { isAwaited, view } = observed.pool;
  if (view.state === 'Unknown' || isOff(view)) {
    return undefined;
  }
  if (!isReady(node)) {
    // A Node that does not answer may have lost its machine.
    return creationLookAt(observed, view);
  }
  const isEnding = isAwaited && view.state === 'Present' && view.pool.phase === 'Creating';
  return isEnding ? endingLookAt(observed, view, readySince(node) ?? view.phaseSince) : undefined;
}

/** What follows when the Node, or the machine behind it, is going or gone; undefined: neither is. */
function planAbsence(observed: ObservedClaim, node: Node): Plan | undefined {
  const { claim } = observed;
  if (node.metadata.deletionTimestamp !== undefined) {
    return (isReady(node) ? undefined : planDoubt(observed, [node])) ?? planDeletedNode(observed, node);
  }
  if (!isReady(node) && isRegistered(node, claim) && observed.pool.view.state === 'Absent') {
    return planDoubt(observed) ?? planVanishedPool(observed, node);
  }
  return undefined;
}

export function planManyNodes(observed: ObservedClaim, providerId: string): Plan {
  const message = `several Nodes have provider ID ${providerId}; delete the ones that are not this machine`;
  return { actions: tell(observed, withoutNode(providerId, { reason: reasons.multipleNodesFound, message })) };
}

/** Somebody deletes the Node: the claim goes with it, and its deletion drains the Node and deletes the pool. */
function planDeletedNode({ claim }: ObservedClaim, { metadata: { name, uid } }: Node): Plan {
  const message = `Node ${name} is being deleted, so the claim goes too`;
  return {
    actions: [
      { kind: 'Warn', claim: refOf(claim), reason: eventReasons.nodeLost, message },
      { kind: 'DeleteClaim', claim: refOf(claim), reason: 'node_lost', proof: { name, uid, mayBeNotReady: false } },
    ],
  };
}

/** The Node stopped answering and its pool is not there: the machine is gone. */
function planVanishedPool(observed: ObservedClaim, { metadata: { name, uid } }: Node): Plan {
  const { claim, pool } = observed;
  if (pool.view.state === 'Absent' && pool.view.evidence !== 'Lookup') {
    return { actions: [{ kind: 'LookUpPool' }], requeueAfterMs: 0 };
  }
  const message = `agent pool ${claim.name} does not exist any more and Node ${name} is not Ready, so the claim goes too`;
  return {
    actions: [
      { kind: 'Warn', claim: refOf(claim), reason: eventReasons.poolLost, message },
      { kind: 'DeleteClaim', claim: refOf(claim), reason: 'pool_lost', proof: { name, uid, mayBeNotReady: true } },
    ],
  };
}

/** The weakest first: what the cloud chose, what the claim requires, what the user wrote on it. */
function mergedLabels(claim: Claim, node: Node): Strings {
  const all = node.metadata.labels ?? {};
  const ofCloud = Object.entries(all).filter(([key]) => CLOUD_LABELS.includes(key));
  const zone = all[labels.zone];
  const required = claim.requirements
    .filter(({ key }) => all[key] === undefined || !AS_ON_NODE.includes(key))
    .map(({ key }) => [key, requiredValues(claim, key)] as const)
    .flatMap(([key, [value, ...others]]) => (value === undefined || others.length > 0 ? [] : [[key, value] as const]));
  const [firstSize = ''] = requiredValues(claim, labels.instanceType);
  const vmSize = all[labels.instanceType] ?? firstSize;
  return {
    ...Object.fromEntries(ofCloud),
    ...(zone !== undefined && { [AZURE_ZONE_LABEL]: zone }),
    ...frontEndOf(claim).classLabels(claim),
    [labels.capacityType]: all[SPOT_LABEL] === 'spot' ? 'spot' : 'on-demand',
    [labels.machineType]: machineType(vmSize),
    ...Object.fromEntries(required),
    ...claim.labels,
  };
}

/** Takes the Node's identity down on the claim, once, before anything is written on the Node. */
function claimPatch(taken: {
  readonly claim: Claim;
  readonly node: Node;
  readonly providerId: string;
  readonly claimLabels: Strings;
}): ObjectPatch | undefined {
  const { claim, node, providerId, claimLabels } = taken;
  if (claim.nodeUid !== undefined) {
    return undefined;
  }
  return {
    metadata: {
      resourceVersion: claim.resourceVersion,
      labels: claimLabels,
      annotations: { [annotations.linked]: providerId, [annotations.nodeUid]: node.metadata.uid },
    },
  };
}

/** The Node as the patch leaves it. */
function withPatch(node: Node, patch: ObjectPatch | undefined): Node {
  return {
    ...node,
    metadata: { ...node.metadata, labels: { ...node.metadata.labels, ...patch?.metadata.labels } },
    spec: { ...node.spec, ...(patch?.spec?.taints !== undefined && { taints: [...patch.spec.taints] }) },
  };
}
