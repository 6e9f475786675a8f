import { setTimeout as sleep } from 'node:timers/promises';

import type { AuditLog } from './audit-log.ts';
import { endingSteps } from './ending-steps.ts';
import { machineSteps } from './machine-steps.ts';
import { NodeClaimLife } from './node-claim-life.ts';
import { serveNodePools } from './node-pool-servant.ts';
import { otherWaysSteps } from './other-ways-steps.ts';
import type { Step } from './step.ts';
import { vanishingSteps } from './vanishing-steps.ts';
import type { WalkWorld } from './walk-world.ts';

/** How a walk ended. */
export type WalkEnd = { readonly kind: 'complete' } | { readonly kind: 'refused' | 'too slow'; readonly step: string };

const DEADLINE_MS = 240_000;
const LOOK_MS = 100;
const FORBIDDEN = 403;

/**
 * Lets both controllers do everything that they ever ask the API server for, each thing with two objects at least.
 * Ends at once when something is refused: what comes after it would only be waited for.
 */
export async function walk(world: WalkWorld, signal: AbortSignal): Promise<WalkEnd> {
  const late = AbortSignal.timeout(DEADLINE_MS);
  const isOver = new AbortController();
  const refused = new AbortController();
  const failed = new AbortController();
  const beside = Promise.all([
    watchForRefusal(world.audit, refused, isOver.signal),
    serveNodePools(world.cluster.kubernetes, isOver.signal),
  ]).catch((error: unknown) => {
    failed.abort(error);
  });
  const stopped = AbortSignal.any([signal, late, refused.signal, failed.signal]);
  let step = '';
  try {
    for (const [name, act] of stepsOf(world)) {
      step = name;
      await act(stopped);
    }
    return { kind: 'complete' };
  } catch (error) {
    signal.throwIfAborted();
    failed.signal.throwIfAborted();
    if (!stopped.aborted) {
      throw error;
    }
    return { kind: refused.signal.aborted ? 'refused' : 'too slow', step };
  } finally {
    isOver.abort();
    await beside;
  }
}

function stepsOf(world: WalkWorld): readonly Step[] {
  const claims = ['firstclaim', 'secondclaim'].map((name) => new NodeClaimLife(name, world.cluster.kubernetes));
  return [
    ...vanishingSteps(world),
    ...machineSteps(world, claims),
    ...otherWaysSteps(world, claims),
    ...endingSteps(world, claims),
  ];
}

/** Aborts `refused` when one of the recorded calls was refused; returns then, or when the walk is over. */
async function watchForRefusal(audit: AuditLog, refused: AbortController, isOver: AbortSignal): Promise<void> {
  while (!isOver.aborted && !refused.signal.aborted) {
    await sleep(LOOK_MS);
    const calls = await audit.calls();
    if (calls.some(({ status }) => status === FORBIDDEN)) {
      refused.abort();
    }
  }
}
