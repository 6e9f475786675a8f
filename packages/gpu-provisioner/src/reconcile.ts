import type { Plan } from './core/actions.ts';
import type { Observed } from './core/observed.ts';
import { plan } from './core/plan.ts';
import { timeOf } from './core/time.ts';
import { execute } from './execute.ts';
import type { Pools } from './pools.ts';
import type { World } from './world.ts';

/** Observes, decides, acts. Returns when to look again, if not at the next change. */
export async function reconcile(name: string, world: World, signal: AbortSignal): Promise<number | undefined> {
  const observed = observe(name, world);
  const decided = plan(observed);
  announce(observed, decided, world.pools);
  for (const action of decided.actions) {
    signal.throwIfAborted();
    await execute(action, observed, { world, signal }); // one at a time: see Plan.actions
  }
  return decided.requeueAfterMs;
}

/** Reads caches and memory only. */
function observe(name: string, { clock, cluster, guard, pools, settings }: World): Observed {
  const { claims, fleet, nodes, pods } = cluster.view(name);
  const [claim, ...rivals] = claims;
  const now = clock.now();
  const ownerless = pools.seeOwner(name, claim !== undefined);
  return {
    name,
    ...(claim !== undefined && { claim }),
    rivals,
    nodes,
    pods,
    fleet,
    pool: pools.knowledge(name, claim?.createdAt ?? timeOf('')),
    ...(ownerless !== undefined && { ownerless }),
    mayCollect: guard.mayCollect(),
    settings,
    now,
  };
}

/** Before anything is done, so that a failure does not leave others waiting for a turn that this claim gave up. */
function announce(observed: Observed, { actions, isListWanted = false, lookAt, waitsFor }: Plan, pools: Pools): void {
  const { claim, name, pool } = observed;
  if (claim === undefined && actions.length === 0 && pool.view.state !== 'Present') {
    pools.forget(name);
  }
  pools.expect(name, {
    isListWanted,
    ...(lookAt !== undefined && { lookAt }),
    ...(waitsFor !== undefined && {
      waitsFor: { name, operation: waitsFor, createdAt: claim?.createdAt ?? timeOf('') },
    }),
  });
}
