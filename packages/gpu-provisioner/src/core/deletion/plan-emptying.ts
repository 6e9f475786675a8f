import type { Node } from '@kaito/types';

import type { Action, Plan } from '../actions.ts';
import { refOf } from '../claim/claim.ts';
import { unhealthyAt } from '../nodes/node-health.ts';
import { closingPatch } from '../nodes/node-patch.ts';
import type { ObservedClaim } from '../observed.ts';
import { tellLeaving } from '../plan-status.ts';
import { eventReasons, reasons } from '../reasons.ts';
import { planDrain } from './drain.ts';
import type { Drain } from './drain.ts';
import { terminationDeadline } from './termination-deadline.ts';

/** What is left to do until the Nodes are empty; `actions`: with the pods that need not be waited for. */
export type Emptying =
  { readonly isDone: true; readonly actions: readonly Action[] } | { readonly isDone: false; readonly plan: Plan };

/** Closes the claim's Nodes, and only then lets their pods leave. */
export function planEmptying(observed: ObservedClaim, nodes: readonly Node[]): Emptying {
  const closing = nodes.flatMap((node) => planClosing(observed, node));
  if (closing.length > 0) {
    // A Node that was told to go shows it by a change; looking again before that would only tell it again.
    const isTold = closing.some(({ kind }) => kind === 'DeleteNode');
    return { isDone: false, plan: { actions: closing, ...(!isTold && { requeueAfterMs: 0 }) } };
  }
  const drains = nodes.map((node) => drainOf(observed, node));
  return drains.every(({ isDone }) => isDone)
    ? { isDone: true, actions: drains.flatMap(removals) }
    : { isDone: false, plan: planPods(observed, drains) };
}

function planClosing({ claim }: ObservedClaim, node: Node): readonly Action[] {
  const patch = closingPatch(node, claim.api);
  const { deletionTimestamp, name, uid } = node.metadata;
  return [
    ...(patch === undefined ? [] : [{ kind: 'PatchNode' as const, node: name, patch }]),
    ...(deletionTimestamp === undefined ? [{ kind: 'DeleteNode' as const, node: name, uid }] : []),
  ];
}

/** Pods on a Node that is given up for not being Ready are waited for no longer than the Node itself was. */
function drainOf({ claim, now, pods, settings }: ObservedClaim, node: Node): Drain {
  const deadlines = [terminationDeadline(claim), unhealthyAt(node, settings)].filter((at) => at !== undefined);
  const [deadline] = deadlines.toSorted((a, b) => a.getTime() - b.getTime());
  const { stuckPodMs } = settings;
  return planDrain(pods.get(node.metadata.name) ?? [], {
    api: claim.api,
    now,
    stuckPodMs,
    ...(deadline !== undefined && { deadline }),
  });
}

function planPods(observed: ObservedClaim, drains: readonly Drain[]): Plan {
  const evictions = drains
    .flatMap(({ evict }) => evict)
    .map(({ metadata: { name, namespace = '', uid } }): Action => ({ kind: 'EvictPod', namespace, pod: name, uid }));
  const writes = [...drains.flatMap(removals), ...evictions];
  const delays = drains.flatMap(({ againAfterMs }) => (againAfterMs === undefined ? [] : [againAfterMs]));
  // What was just refused has its time to come back only in the next plan.
  const requeueAfterMs = evictions.length > 0 ? 0 : Math.min(...delays);
  return {
    actions: [...writes, ...planTelling(observed, drains)],
    ...(Number.isFinite(requeueAfterMs) && { requeueAfterMs }),
  };
}

/** An event where somebody can do something about it, and the condition in any case. */
function planTelling(observed: ObservedClaim, drains: readonly Drain[]): readonly Action[] {
  const obstacles = drains.flatMap(({ obstacle }) => obstacle ?? []);
  const obstacle = obstacles.find(({ isHeldUp }) => isHeldUp) ?? obstacles[0];
  if (obstacle === undefined) {
    return [];
  }
  const { message } = obstacle;
  const claim = refOf(observed.claim);
  return [
    ...(obstacle.isHeldUp ? [{ kind: 'Warn' as const, claim, reason: eventReasons.failedDraining, message }] : []),
    ...tellLeaving(observed, { drained: { reason: reasons.draining, message } }),
  ];
}

function removals({ remove }: Drain): readonly Action[] {
  return remove.map(({ graceSeconds, pod: { metadata } }): Action => {
    const { name, namespace = '', uid } = metadata;
    return { kind: 'DeletePod', namespace, pod: name, uid, graceSeconds };
  });
}
