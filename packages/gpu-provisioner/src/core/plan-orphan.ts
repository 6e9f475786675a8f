import type { Plan } from './actions.ts';
import type { Observed } from './observed.ts';
import { markOf } from './ownership.ts';
import { planPoolDeletion } from './plan-pool-deletion.ts';
import type { PoolView, PresentPool } from './pool-knowledge.ts';
import { isHeld, releaseLeaving } from './release-nodes.ts';
import { msBetween } from './time.ts';

/** There is no claim of this name: deletes the pool that one of ours left behind, and lets its Nodes go. */
export function planOrphan(observed: Observed): Plan {
  const { view } = observed.pool;
  return view.state === 'Present' ? planOrphanPool(observed, view) : planOrphanNodes(observed, view);
}

function planOrphanPool(observed: Observed, view: PresentPool): Plan {
  const { phaseSince, pool } = view;
  const { now, settings } = observed;
  const mark = markOf(pool);
  if (mark === undefined || mark.cluster !== settings.clusterId || mark.claim !== pool.name) {
    return { actions: [] };
  }
  const youngForMs = settings.orphanGraceMs - msBetween(phaseSince, now);
  if (youngForMs > 0 && pool.phase !== 'Deleting') {
    return { actions: [], requeueAfterMs: youngForMs };
  }
  const plan = planPoolDeletion(observed, view, {
    kind: 'CollectPool',
    claimUid: mark.claimUid,
    createdAt: phaseSince,
  });
  // When the claim turns out to exist, nothing is done, and the cache is given time to hear of it.
  return plan.actions.length === 0 ? plan : { ...plan, requeueAfterMs: settings.orphanGraceMs };
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
