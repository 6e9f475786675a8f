import { isApiError, isReconcileError } from '@kaito/controller-runtime';

import type { Action } from './core/actions.ts';
import { isLeaving } from './core/leaving.ts';
import type { Observed } from './core/observed.ts';
import { plan, planFailure } from './core/plan.ts';
import type { World } from './core/ports.ts';
import type { Settings } from './core/settings.ts';
import type { Failure } from './core/situation.ts';
import { execute } from './execute.ts';

/** Observes, decides, acts. Returns when to look again, if not at the next change. */
export async function reconcile(
  key: string,
  world: World,
  settings: Settings,
  signal: AbortSignal,
): Promise<number | undefined> {
  const observed = await world.observe(key, signal);
  if (observed === undefined) {
    await collectOrphans(key, world, signal);
    return undefined;
  }
  const { actions, requeueAfterMs } = plan(observed, settings);
  for (const action of actions) {
    signal.throwIfAborted();
    try {
      await execute(action, observed.workspace, world, signal); // one at a time: see Plan.actions
    } catch (error) {
      await tell(failureOf(action, error), { observed, world, settings }, signal);
      throw error;
    }
  }
  return requeueAfterMs;
}

/** A claim that was asked for while its Workspace went would be paid for, and nobody would ever delete it. */
async function collectOrphans(key: string, world: World, signal: AbortSignal): Promise<void> {
  const orphans = await world.orphans(key, signal);
  for (const { target, metadata } of orphans.filter((orphan) => !isLeaving(orphan))) {
    await world.delete(target, { name: metadata.name, namespace: undefined, uid: metadata.uid }, signal);
  }
}

interface Context {
  readonly observed: Observed;
  readonly world: World;
  readonly settings: Settings;
}

async function tell(failure: Failure | undefined, context: Context, signal: AbortSignal): Promise<void> {
  const { observed, world, settings } = context;
  const actions = failure === undefined ? [] : planFailure(observed, settings, failure);
  for (const action of actions) {
    await execute(action, observed.workspace, world, signal);
  }
}

/** What the user is to be told; nothing while repeating the action may well help. */
function failureOf(action: Action, error: unknown): Failure | undefined {
  const area = AREAS[action.kind];
  const isTold = isApiError(error, 'Invalid', 'Forbidden', 'Unauthorized') || isReconcileError(error);
  return area !== undefined && isTold ? { area, message: error.message } : undefined;
}

const AREAS: Readonly<Partial<Record<Action['kind'], Failure['area']>>> = {
  CreateClaim: 'nodes',
  ScalePool: 'nodes',
  LabelNode: 'nodes',
  Apply: 'workload',
};
