import { describe, expect, it } from '@jest/globals';
import type { CloudFailure } from '@kaito/gpu-provisioner';
import { finalizers, nodes } from '@kaito/types';
import * as fc from 'fast-check';

import { CLAIM_APIS } from './claims.ts';
import { ProvisionerWorld } from './provisioner-world.ts';

const NAMES = ['wsa', 'wsb', 'wsc'] as const;
const RUNS = 30;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

const passing: CloudFailure = { kind: 'Transient', code: 'ServiceUnavailable', message: 'please retry' };
const name = fc.constantFrom(...NAMES);

const step = fc.oneof(
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 120 }) }),
  fc.record({ kind: fc.constant('crash' as const), after: fc.nat(12) }),
  fc.record({ kind: fc.constantFrom('create' as const, 'delete' as const, 'deleteNode' as const), name }),
  fc.record({ kind: fc.constantFrom('nodeFails' as const, 'nodeRecovers' as const, 'pod' as const), name }),
  fc.record({ kind: fc.constantFrom('refuseCreate' as const, 'failPool' as const) }),
  fc.record({
    kind: fc.constant('loseAnswer' as const),
    verb: fc.constantFrom('create' as const, 'delete' as const, 'get' as const, 'list' as const),
  }),
  fc.record({ kind: fc.constant('listFails' as const), times: fc.integer({ min: 1, max: 5 }) }),
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const behaviour = fc.record({
  api: fc.constantFrom(...CLAIM_APIS),
  cloud: fc.record({ concurrency: fc.constantFrom('serial' as const, 'parallel' as const), mustAbort: fc.boolean() }),
});

describe('the provisioner', () => {
  it('ends with a Ready Node for every claim and with nothing else, whatever happened before', async () => {
    await fc.assert(
      fc.asyncProperty(behaviour, fc.array(step, { maxLength: 30 }), async (options, steps) => {
        const deaths = new Set<number>();
        const world = new ProvisionerWorld({
          ...options,
          fault: ({ index }) => (deaths.has(index) ? 'crash-after' : undefined),
        });
        for (const one of steps) {
          await disturb(world, one, deaths);
          expect(sins(world)).toEqual([]);
        }
        await world.advance(3 * HOUR_MS);
        expect(sins(world)).toEqual([]);
        expect(state(world)).toEqual(goal(world));
        world.end();
      }),
      { numRuns: RUNS },
    );
  });
});

async function disturb(world: ProvisionerWorld, one: Step, deaths: Set<number>): Promise<void> {
  if ('name' in one) {
    disturbObject(world, one);
  } else if (one.kind === 'wait') {
    await world.advance(one.seconds * SECOND_MS);
  } else if (one.kind === 'crash') {
    deaths.add(world.world.effectCount + one.after);
  } else {
    disturbCloud(world, one);
  }
}

type CloudStep = Extract<Step, { readonly kind: 'refuseCreate' | 'failPool' | 'loseAnswer' | 'listFails' }>;

function disturbCloud({ cloud }: ProvisionerWorld, one: CloudStep): void {
  switch (one.kind) {
    case 'refuseCreate':
      cloud.refuseNext('create', passing);
      return;
    case 'failPool':
      cloud.fateOfNext('create', { kind: 'Fails', failure: passing });
      return;
    case 'loseAnswer':
      cloud.cutNext(one.verb, 'after');
      return;
    case 'listFails':
      cloud.refuseNext('list', passing, one.times);
      return;
    default:
      one satisfies never;
  }
}

function disturbObject(world: ProvisionerWorld, { kind, name: of }: Extract<Step, { readonly name: string }>): void {
  const node = world.node(of)?.metadata.name;
  if (kind === 'create' && world.isGone(of)) {
    world.createClaim(of);
  } else if (kind === 'delete' && !world.isGone(of)) {
    world.deleteClaim(of);
  } else if (node !== undefined) {
    disturbNode(world, kind, node);
  }
}

function disturbNode(world: ProvisionerWorld, kind: string, node: string): void {
  if (kind === 'deleteNode') {
    world.delete(nodes, node);
  } else if (kind === 'nodeFails') {
    world.world.cluster.silence(node);
  } else if (kind === 'nodeRecovers') {
    world.world.cluster.revive(node);
  } else if (kind === 'pod') {
    world.addPod(`pod-${world.nowMs}-${world.world.effectCount}`, node);
  }
}

/** What must not be so at any moment. */
function sins(world: ProvisionerWorld): readonly string[] {
  const unguarded = poolsOf(world).filter(
    (pool) => world.claim(pool)?.metadata.finalizers?.includes(finalizers.termination) !== true,
  );
  const overReady = NAMES.filter((of) => world.isReady(of) && world.node(of) === undefined).filter(
    (of) => world.claim(of)?.metadata.deletionTimestamp === undefined,
  );
  const foreign = world.seen.cloudCalls().filter(({ isWrite, target }) => isWrite && !/\/ws[abc]$/u.test(target));
  return [
    ...unguarded.map((pool) => `pool ${pool} without a guarded claim`),
    ...overReady.map((of) => `${of} Ready without a Node`),
    ...foreign.map(({ target, verb }) => `${verb} ${target}`),
  ];
}

function poolsOf(world: ProvisionerWorld): readonly string[] {
  return NAMES.filter((of) => world.hasPool(of));
}

function state(world: ProvisionerWorld): object {
  return {
    ready: NAMES.filter((of) => world.isReady(of)),
    nodes: NAMES.filter((of) => world.node(of) !== undefined),
    pools: poolsOf(world),
  };
}

function goal(world: ProvisionerWorld): object {
  const names = NAMES.filter((of) => !world.isGone(of));
  return { ready: names, nodes: names, pools: names };
}
