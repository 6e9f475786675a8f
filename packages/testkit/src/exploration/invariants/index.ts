import { boundedClaims } from './bounded-claims.ts';
import { boundedCreates } from './bounded-creates.ts';
import { boundedWrites } from './bounded-writes.ts';
import { foreignFinalizer } from './foreign-finalizer.ts';
import { foreignPool } from './foreign-pool.ts';
import { guardedPool } from './guarded-pool.ts';
import { guardedWorkspace } from './guarded-workspace.ts';
import { keptNode } from './kept-node.ts';
import { keptSecret } from './kept-secret.ts';
import { oneCreatePerPool } from './one-create-per-pool.ts';
import { onlyLeaderWrites } from './one-leader.ts';
import { oneGeneration } from './one-generation.ts';
import { onePoolPerClaim } from './one-pool-per-claim.ts';
import { ownedPool } from './owned-pool.ts';
import { promptDeletion } from './prompt-deletion.ts';
import { steadyProvider } from './steady-provider.ts';
import { trueReady } from './true-ready.ts';
import { trueWaiting } from './true-waiting.ts';
import { truthfulGeneration } from './truthful-generation.ts';
import { wanted } from './wanted.ts';
import { oneServed, wholeSets } from './whole-sets.ts';

export type { Observer, Violation } from './invariant.ts';

/** What holds after every step of every run; what holds at its end is with the run. */
export const INVARIANTS = [
  ownedPool,
  promptDeletion,
  onePoolPerClaim,
  oneCreatePerPool,
  boundedClaims,
  boundedCreates,
  boundedWrites,
  wanted,
  foreignPool,
  foreignFinalizer,
  guardedPool,
  guardedWorkspace,
  trueReady,
  trueWaiting,
  oneGeneration,
  truthfulGeneration,
  steadyProvider,
  keptNode,
  onlyLeaderWrites,
  keptSecret,
  wholeSets,
  oneServed,
] as const;
