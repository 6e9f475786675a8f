import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import type { CloudFailure } from '../src/core/pools/cloud.ts';
import type { CloudBehaviour } from './simulated-cloud.ts';
import { nodeName } from './simulated-cluster.ts';
import { Simulation } from './simulation.ts';

const NAMES = ['wsa', 'wsb', 'wsc'] as const;
const RUNS = 2_000;
const HOUR_S = 3_600;

const passing: CloudFailure = { kind: 'Transient', code: 'ServiceUnavailable', message: 'please retry' };

const name = fc.constantFrom(...NAMES);

const step = fc.oneof(
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant('crash' as const), after: fc.nat(12) }),
  fc.record({ kind: fc.constantFrom('create' as const, 'delete' as const, 'deleteNode' as const), name }),
  fc.record({ kind: fc.constantFrom('nodeFails' as const, 'nodeRecovers' as const, 'pod' as const), name }),
  fc.record({ kind: fc.constantFrom('refuseCreate' as const, 'failPool' as const) }),
  fc.record({ kind: fc.constant('loseAnswer' as const), verb: fc.constantFrom('PUT', 'DELETE', 'GET', 'LIST') }),
  fc.record({ kind: fc.constant('listFails' as const), seconds: fc.integer({ min: 1, max: 30 }) }),
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const behaviour: fc.Arbitrary<Partial<CloudBehaviour>> = fc.record({
  isSerial: fc.boolean(),
  mustAbort: fc.boolean(),
});

describe('the provisioner', () => {
  it('ends with a Ready machine for every claim and with nothing else, whatever happened before', async () => {
    await fc.assert(
      fc.asyncProperty(behaviour, fc.array(step, { maxLength: 30 }), async (cloud, steps) => {
        const world = new Simulation(cloud);
        for (const one of steps) {
          await disturb(world, one);
          expect(sins(world)).toEqual([]);
        }
        await world.runFor(3 * HOUR_S);
        expect(sins(world)).toEqual([]);
        expect(state(world)).toEqual(goal(world));
      }),
      { numRuns: RUNS },
    );
  });
});

async function disturb(world: Simulation, one: Step): Promise<void> {
  if ('name' in one) {
    disturbObject(world, one);
  } else if (one.kind === 'wait') {
    await world.runFor(one.seconds);
  } else if (one.kind === 'listFails') {
    world.cloud.listFailure = passing;
    await world.runFor(one.seconds);
    world.cloud.listFailure = undefined;
  } else {
    disturbCloud(world, one);
  }
}

type CloudStep = Extract<Step, { readonly kind: 'crash' | 'refuseCreate' | 'failPool' | 'loseAnswer' }>;

function disturbCloud(world: Simulation, one: CloudStep): void {
  const { cloud } = world;
  switch (one.kind) {
    case 'crash':
      world.crashAt = [world.points.length + one.after];
      return;
    case 'refuseCreate':
      cloud.refuseCreates.push(passing);
      return;
    case 'failPool':
      cloud.failPools.push(passing);
      return;
    case 'loseAnswer':
      cloud.loseAnswerOf = one.verb;
      return;
    default:
      one satisfies never;
  }
}

function disturbObject({ cluster }: Simulation, { kind, name: of }: Extract<Step, { readonly name: string }>): void {
  const node = nodeName(of);
  switch (kind) {
    case 'create':
      if (!cluster.machines.has(of)) {
        cluster.addMachine(of);
      }
      return;
    case 'delete':
      cluster.requestMachineDeletion(of);
      return;
    case 'deleteNode':
      cluster.requestNodeDeletion(node);
      return;
    case 'nodeFails':
      cluster.setNodeReady(node, false);
      return;
    case 'nodeRecovers':
      cluster.setNodeReady(node, true);
      return;
    case 'pod':
      if (cluster.nodes.has(node)) {
        cluster.addPod(`pod-${of}`, node);
      }
      return;
    default:
      kind satisfies never;
  }
}

/** What must not be so at any moment. */
function sins({ cloud, cluster }: Simulation): readonly string[] {
  const unguarded = cloud
    .names()
    .filter((pool) => pool !== 'system')
    .filter((pool) => !(cluster.machines.get(pool)?.metadata.finalizers ?? []).includes('karpenter.sh/termination'));
  const overReady = [...cluster.machines.keys()].filter(
    (of) => cluster.isReady(of) && !cluster.nodes.has(nodeName(of)),
  );
  return [
    ...unguarded.map((pool) => `pool ${pool} without a guarded claim`),
    ...overReady
      .filter((of) => !isDeleting(cluster.machines.get(of)?.metadata))
      .map((of) => `${of} Ready without a Node`),
    ...cloud.calls
      .filter(({ name: of, verb }) => of === 'system' && verb !== 'GET')
      .map(({ verb }) => `${verb} system`),
  ];
}

function isDeleting(metadata: { readonly deletionTimestamp?: string | undefined } | undefined): boolean {
  return metadata?.deletionTimestamp !== undefined;
}

function state({ cloud, cluster }: Simulation): object {
  return {
    ready: [...cluster.machines.keys()].filter((of) => cluster.isReady(of)).toSorted(),
    nodes: [...cluster.nodes.keys()].toSorted(),
    pools: cloud.names().toSorted(),
  };
}

function goal({ cluster }: Simulation): object {
  const names = [...cluster.machines.keys()].toSorted();
  return { ready: names, nodes: names.map(nodeName), pools: ['system', ...names].toSorted() };
}
