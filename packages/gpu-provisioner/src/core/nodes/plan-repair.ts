import type { Node } from '@kaito/types';

import type { Action, Plan } from '../actions.ts';
import { refOf } from '../claim/claim.ts';
import { isTooMany } from '../collection/blast-radius.ts';
import type { ObservedClaim } from '../observed.ts';
import type { PresentPool } from '../pools/pool-knowledge.ts';
import { eventReasons } from '../reasons.ts';
import { msBetween, plusMs, timestamp } from '../time.ts';
import { unhealthyOf } from './fleet.ts';
import { unhealthyAt } from './node-health.ts';
import { notReadySince } from './node-match.ts';
import { isRegistered } from './node-patch.ts';
import { isStandingStill } from './plan-loss.ts';

/** What becomes of a Node that is not Ready: its claim is given up, or something is done while it stays. */
export interface Repair {
  readonly isGivenUp: boolean;
  readonly plan: Plan;
}

const NONE: Repair = { isGivenUp: false, plan: { actions: [] } };

/** A Node that has not been Ready for too long takes its claim along, unless too many others are not Ready either. */
export function planRepair(observed: ObservedClaim, node: Node): Repair {
  const { claim, now, pool, settings } = observed;
  const since = notReadySince(node);
  const { view } = pool;
  const at = unhealthyAt(node, settings);
  if (since === undefined || at === undefined || view.state !== 'Present' || !isRegistered(node, claim)) {
    return NONE;
  }
  const dueAt = notBefore(at, view, settings.nodeUnhealthyMs);
  if (dueAt === undefined) {
    return NONE;
  }
  if (dueAt > now) {
    return staying({ actions: [], requeueAfterMs: msBetween(now, dueAt) });
  }
  return msBetween(view.observedAt, now) > settings.proofMaxAgeMs
    ? staying({ actions: [], lookAt: now })
    : planGiveUp(observed, node, { since, dueAt });
}

function staying(plan: Plan): Repair {
  return { isGivenUp: false, plan };
}

/**
 * A pool that somebody has stopped, or changes, has a Node that is not Ready for that very reason; once it runs again
 * the Node has all its time to come back. So it has when the whole cluster was stopped, and this program with it.
 */
function notBefore(at: Date, view: PresentPool, limitMs: number): Date | undefined {
  const { phase } = view.pool;
  if (isStandingStill(view) || phase === 'Deleting' || phase === 'Canceling') {
    return undefined;
  }
  const back = view.runsSince === undefined ? at : plusMs(view.runsSince, limitMs);
  return back > at ? back : at;
}

function planGiveUp(
  observed: ObservedClaim,
  node: Node,
  { dueAt, since }: { readonly dueAt: Date; readonly since: Date },
): Repair {
  const { claim, fleet, now, settings } = observed;
  const { name, uid } = node.metadata;
  const unhealthy = unhealthyOf(fleet, now, settings.nodeUnhealthyMs);
  const { length } = unhealthy;
  if (isTooMany(length, fleet.size, settings.maxUnhealthyShare)) {
    // The one that waits longest speaks for all, when its time has come and not at every look after that.
    const isNews = msBetween(dueAt, now) <= 2 * settings.creatingLookMs;
    const isSpokesman = unhealthy[0]?.claim === claim.name && isNews;
    const actions = isSpokesman ? [blocked(observed, length)] : [];
    return staying({ actions, requeueAfterMs: settings.nodeUnhealthyMs / 2 });
  }
  const message = `Node ${name} has not been Ready since ${timestamp(since)}, so the claim is given up`;
  const actions: readonly Action[] = [
    { kind: 'Warn', claim: refOf(claim), reason: eventReasons.nodeUnhealthy, message },
    {
      kind: 'DeleteClaim',
      claim: refOf(claim),
      reason: 'unhealthy',
      proof: { name, uid, mayBeNotReady: true, notReadySince: since },
    },
  ];
  return { isGivenUp: true, plan: { actions, requeueAfterMs: settings.retryMaxMs } };
}

function blocked({ claim, fleet, settings }: ObservedClaim, count: number): Action {
  const message =
    `${count} of ${fleet.size} Nodes are not Ready, which is more than ${settings.maxUnhealthyShare * 100} % of them: ` +
    'no claim is given up for that. See to what they have in common';
  return { kind: 'Warn', claim: refOf(claim), reason: eventReasons.nodeRepairBlocked, message };
}
