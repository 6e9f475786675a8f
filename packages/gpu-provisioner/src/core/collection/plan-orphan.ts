import type { Plan, PoolAction } from '../actions.ts';
import { planPoolDeletion } from '../deletion/plan-pool-deletion.ts';
import { claimOwner, isRegisteredNode } from '../nodes/node-owner.ts';
import { isHeld, releaseLeaving } from '../nodes/release-nodes.ts';
import type { Observed } from '../observed.ts';
import { isMadeByGoProvisioner, ownerOfPool } from '../pools/legacy-pool.ts';
import { creationLookAt } from '../pools/looks.ts';
import { markOf } from '../pools/ownership.ts';
import type { PoolView, PresentPool } from '../pools/pool-knowledge.ts';
import { msBetween, plusMs } from '../time.ts';

type Collection = Extract<PoolAction, { readonly kind: 'CollectPool' }>;

/** So many looks at least have shown the pool without a claim before it is collected. */
const LOOKS = 2;

/** There is no claim of this name: deletes the pool that one of ours left behind, and lets its Nodes go. */
export function planOrphan(observed: Observed): Plan {
  const { view } = observed.pool;
  return view.state === 'Present' ? planOrphanPool(observed, view) : planOrphanNodes(observed, view);
}

function planOrphanPool(observed: Observed, view: PresentPool): Plan {
  const { settings } = observed;
  const collection = collectionOf(observed, view);
  if (collection === undefined) {
    return { actions: [] };
  }
  const waiting = view.pool.phase === 'Deleting' ? undefined : planQuarantine(observed, view);
  if (waiting !== undefined) {
    return waiting;
  }
  const plan = planPoolDeletion(observed, view, collection);
  // When the claim turns out to exist, nothing is done, and the cache is given time to hear of it.
  return plan.actions.length === 0 ? plan : { ...plan, requeueAfterMs: settings.orphanGraceMs };
}

/** Undefined: it has been seen without a claim for long enough. */
function planQuarantine(observed: Observed, view: PresentPool): Plan | undefined {
  const { mayCollect, now, ownerless, settings } = observed;
  const { looks, since } = ownerless ?? { looks: 0, since: now };
  const youngForMs = msBetween(now, plusMs(since, settings.orphanGraceMs));
  if (youngForMs > 0) {
    return { actions: [], requeueAfterMs: youngForMs };
  }
  if (looks < LOOKS) {
    return { actions: [], lookAt: now };
  }
  return mayCollect ? undefined : { actions: [], lookAt: creationLookAt(observed, view) };
}

/** Undefined: there is no proof that the pool was made for a claim of this cluster. */
function collectionOf(observed: Observed, { phaseSince, pool }: PresentPool): Collection | undefined {
  const { clusterId, collectLegacy } = observed.settings;
  const mark = markOf(pool);
  if (mark !== undefined) {
    const isOurs = mark.cluster === clusterId && mark.claim === pool.name;
    return isOurs ? { kind: 'CollectPool', claimUid: mark.claimUid, createdAt: phaseSince } : undefined;
  }
  const isLegacy = isMadeByGoProvisioner(pool) && ownerOfPool(pool) !== undefined;
  // That a Node of it was registered for a claim shows that the claim was one of this cluster, and that it ever was.
  const hadClaim = observed.nodes.some((node) => isRegisteredNode(node) && claimOwner(node)?.name === pool.name);
  return collectLegacy && isLegacy && hadClaim ? { kind: 'CollectPool', createdAt: phaseSince } : undefined;
}

function planOrphanNodes({ nodes, now }: Observed, view: Exclude<PoolView, PresentPool>): Plan {
  const held = nodes.filter(isHeld);
  if (held.length === 0) {
    return { actions: [] };
  }
  if (view.state === 'Unknown') {
    return { actions: [], lookAt: now };
  }
  return view.evidence !== 'Lookup'
    ? { actions: [{ kind: 'LookUpPool' }], requeueAfterMs: 0 }
    : { actions: releaseLeaving(held) };
}
