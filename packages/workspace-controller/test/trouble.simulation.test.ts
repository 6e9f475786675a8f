import process from 'node:process';

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { SimulatedCluster } from './simulated-cluster.ts';

const MINUTE_MS = 60_000;
const TIMEOUT_MS = 1_200_000;
const RUNS = Number(process.env['SIMULATION_RUNS'] ?? 400);

const step = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: 'reconcile' as const, isLagging: false }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'reconcile' as const, isLagging: true }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('turn' as const), player: fc.nat(2) }) },
  fc.record({
    kind: fc.constant('lose' as const),
    what: fc.constantFrom('node' as const, 'machine' as const, 'readiness' as const),
  }),
  fc.record({
    kind: fc.constant('capacity' as const),
    capacity: fc.constantFrom('plenty' as const, 'none' as const, 'silent' as const),
  }),
  fc.record({
    kind: fc.constant('crash' as const),
    after: fc.nat(4),
    when: fc.constantFrom('before' as const, 'after' as const),
  }),
  fc.record({ kind: fc.constant('time' as const), minutes: fc.nat(20) }),
  { weight: 1, arbitrary: fc.constant({ kind: 'delete' as const }) },
);
const schedule = fc.array(step, { maxLength: 40 });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

describe('a Workspace in trouble', () => {
  it(
    'is Ready or gone in the end, and quiet, whatever happened before',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.boolean(), schedule, async (count, hasOwnNode, steps) => {
          const cluster = new SimulatedCluster();
          if (hasOwnNode) {
            await cluster.players.freeNode();
          }
          await cluster.apply({ count });
          for (const one of steps) {
            await take(one, cluster);
          }
          await calm(cluster);
          expect(cluster.summary).toBe(
            steps.some(({ kind }) => kind === 'delete') ? 'gone, 0 left' : 'True workspaceReady',
          );
          const writes = cluster.guard.writes;
          await cluster.reconcile();
          expect(cluster.guard.writes).toBe(writes);
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );
});

async function take(one: Step, cluster: SimulatedCluster): Promise<void> {
  switch (one.kind) {
    case 'reconcile':
      await cluster.reconcile(one);
      return;
    case 'turn':
      await cluster.players.turns[one.player]?.();
      return;
    case 'lose':
      await { node: loseNode, machine: loseMachine, readiness: loseReadiness }[one.what](cluster);
      return;
    case 'capacity':
      cluster.players.capacity = one.capacity;
      return;
    case 'crash':
      cluster.crash({ write: cluster.guard.writes + one.after, when: one.when });
      return;
    case 'time':
      await cluster.clock.advance(one.minutes * MINUTE_MS);
      return;
    case 'delete':
      await cluster.deleteWorkspace();
      return;
    default:
      one satisfies never;
  }
}

const loseNode = async ({ players }: SimulatedCluster): Promise<void> => players.loseNode();
const loseMachine = async ({ players }: SimulatedCluster): Promise<void> => players.loseMachine();
const loseReadiness = async ({ players }: SimulatedCluster): Promise<void> => players.disturbNode();

/** The trouble is over, and enough time passes for every deadline. */
async function calm(cluster: SimulatedCluster): Promise<void> {
  cluster.players.capacity = 'plenty';
  for (let round = 0; round < 3; round += 1) {
    await cluster.settle();
    await cluster.clock.advance(61 * MINUTE_MS);
  }
  await cluster.settle();
}
