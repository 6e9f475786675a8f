import type { Plan } from './core/actions.ts';
import { isHalfMissing } from './core/collection/missing-half.ts';
import type { Observed } from './core/observed.ts';
import { plan } from './core/plan.ts';
import { timeOf } from './core/time.ts';
import { execute } from './execute.ts';
import type { Expectation } from './pools.ts';
import type { World } from './world.ts';

/** Observes, decides, acts. Returns when to look again, if not at the next change. */
export async function reconcile(name: string, world: World, signal: AbortSignal): Promise<number | undefined> {
  const observed = observe(name, world);
  const decided = plan(observed);
  announce(observed, decided, world);
  for (const action of decided.actions) {
    signal.throwIfAborted();
    await execute(action, observed, { world, signal }); // one at a time: see Plan.actions
  }
  return decided.requeueAfterMs;
}

/** Reads caches and memory only; all claims only where something is missing. */
function observe(name: string, { clock, cluster, guard, offerings, pools, settings, stalls }: World): Observed {
  const { claims, fleet, nodes, pods } = cluster.view(name);
  const [claim, ...rivals] = claims;
  const now = clock.now();
  const pool = pools.knowledge(name, claim?.createdAt ?? timeOf(''));
  const ownerless = pools.seeOwner(name, claim !== undefined);
  return {
    name,
    ...(claim !== undefined && { claim }),
    rivals,
    nodes,
    pods,
    fleet,
    pool,
    ...(ownerless !== undefined && { ownerless }),
    mayCollect: (guard.isAlert || isHalfMissing(claim, pool.view, settings.clusterId)) && guard.mayCollect(),
    offerings: { ...offerings.knowledge(), unavailable: offerings.unavailable },
    stalledMs: claim === undefined ? 0 : stalls.ms(claim, now),
    settings,
    now,
  };
}

/** Before anything is done, so that a failure does not leave others waiting for a turn that this claim gave up. */
function announce(observed: Observed, decided: Plan, { offerings, pools, stalls }: World): void {
  const { claim, name, now, pool } = observed;
  if (claim === undefined && decided.actions.length === 0 && pool.view.state !== 'Present') {
    pools.forget(name);
    offerings.forget(name);
    stalls.forget(name);
  }
  if (claim !== undefined) {
    stalls.note(claim, decided.isStalled ?? false, now);
  }
  pools.expect(name, expectationOf(observed, decided));
  if (decided.awaits === 'skus') {
    offerings.awaitSkus(name);
  } else if (decided.awaits === 'usages') {
    offerings.awaitUsages(name);
  }
}

function expectationOf({ claim, name }: Observed, { isListWanted = false, lookAt, waitsFor }: Plan): Expectation {
  const looks = { isListWanted, ...(lookAt !== undefined && { lookAt }) };
  if (waitsFor === undefined || waitsFor === 'room') {
    return { ...looks, waitsForRoom: waitsFor === 'room' };
  }
  return { ...looks, waitsFor: { name, operation: waitsFor, createdAt: claim?.createdAt ?? timeOf('') } };
}
