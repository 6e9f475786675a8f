import { describe, expect, it } from '@jest/globals';
import { ApiError, lead, silentLogger } from '@kaito/controller-runtime';
import { FakeClock, FakeKubernetes } from '@kaito/testkit';
import type { FakeFault } from '@kaito/testkit';
import * as fc from 'fast-check';

const RUNS = 400;
const CANDIDATES = ['one', 'two', 'three'];

type Step =
  | { readonly kind: 'stop' | 'start'; readonly who: number }
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'fault'; readonly verb: 'get' | 'create' | 'patch'; readonly faults: FakeFault[] };

const who = fc.nat(CANDIDATES.length - 1);
const fault = fc.constantFrom<FakeFault>(
  'hangs',
  'answer is lost',
  new ApiError('Unavailable', 'down', { status: 503 }),
  new ApiError('Network', 'socket hang up'),
);
const step = fc.oneof(
  fc.record({ kind: fc.constantFrom('stop' as const, 'start' as const), who }),
  fc.record({ kind: fc.constant('time' as const), ms: fc.nat(20_000) }),
  fc.record({
    kind: fc.constant('fault' as const),
    verb: fc.constantFrom('get' as const, 'create' as const, 'patch' as const),
    faults: fc.array(fault, { minLength: 1, maxLength: 8 }),
  }),
);

describe('lead', () => {
  it('never lets two lead at a time, and has a leader once disturbances stop, in any order of events', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 25 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.99 })),
        runSteps,
      ),
      { numRuns: RUNS },
    );
    expect.assertions(2 * RUNS);
  });
});

async function runSteps(steps: readonly Step[], chances: Iterator<number>): Promise<void> {
  const world = aWorld(() => Number(chances.next().value));
  world.start(0);
  for (const each of steps) {
    await perform(world, each);
  }
  for (const index of CANDIDATES.keys()) {
    world.start(index);
  }
  await world.clock.advance(240_000); // whatever faults are left are used up meanwhile
  expect(world.leading).toHaveLength(1);
  expect(world.atTheSameTime).toEqual([]);
}

interface World {
  readonly clock: FakeClock;
  readonly server: FakeKubernetes;
  readonly leading: string[];
  readonly atTheSameTime: string[];
  start(index: number): void;
  stop(index: number): void;
}

function aWorld(random: () => number): World {
  const clock = new FakeClock();
  const server = new FakeKubernetes(clock);
  const leading: string[] = [];
  const atTheSameTime: string[] = [];
  const running = new Map<number, AbortController>();
  const rule = (identity: string) => async (signal: AbortSignal) => {
    leading.push(identity);
    if (leading.length > 1) {
      atTheSameTime.push(leading.join(' and '));
    }
    await clock.sleep(Infinity, signal).catch(() => undefined);
    leading.splice(leading.indexOf(identity), 1);
  };
  const contend = async (identity: string, signal: AbortSignal): Promise<void> =>
    lead(
      {
        kubernetes: server,
        clock,
        logger: silentLogger,
        lease: { namespace: 'kaito-system', name: 'controller' },
        identity,
        leaseDurationMs: 15_000,
        renewDeadlineMs: 10_000,
        retryPeriodMs: 2_000,
        random,
      },
      rule(identity),
      signal,
    );
  return {
    clock,
    server,
    leading,
    atTheSameTime,
    start: (index) => {
      if (!running.has(index)) {
        const stop = new AbortController();
        running.set(index, stop);
        void contend(CANDIDATES[index] ?? '', stop.signal);
      }
    },
    stop: (index) => {
      running.get(index)?.abort();
      running.delete(index);
    },
  };
}

async function perform(world: World, given: Step): Promise<void> {
  switch (given.kind) {
    case 'start':
      world.start(given.who);
      await world.clock.settle();
      break;
    case 'stop':
      world.stop(given.who);
      await world.clock.advance(10_000); // a stop may wait for a release that hangs
      break;
    case 'time':
      await world.clock.advance(given.ms);
      break;
    case 'fault':
      world.server.fail(given.verb, ...given.faults);
      break;
    default:
      given satisfies never;
  }
}
