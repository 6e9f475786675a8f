import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SimulatedArm } from '../../../test/simulated-arm.ts';
import { isTransitional } from './model.ts';

type Act =
  | { readonly kind: 'put' | 'delete' | 'abort'; readonly pool: string; readonly count: number }
  | { readonly kind: 'pass'; readonly seconds: number };

const pool = fc.constantFrom('a', 'b', 'c');
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constantFrom('put', 'delete', 'abort'), pool, count: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 100 }) }),
);
const concurrency = fc.constantFrom('parallel', 'serial', 'override');

/** The creation of `b` is cancelled when its VM is there and has not come up; then `b` is asked for again. */
const OVERRIDDEN_WHILE_BOOTING: Act[] = [
  { kind: 'put', pool: 'b', count: 1 },
  { kind: 'pass', seconds: 10 },
  { kind: 'put', pool: 'a', count: 0 },
  { kind: 'put', pool: 'b', count: 1 },
];

function perform(arm: SimulatedArm, one: Act, stepsPerSpan: number): void {
  switch (one.kind) {
    case 'pass': {
      for (let step = 0; step < stepsPerSpan; step += 1) {
        arm.pass(one.seconds / stepsPerSpan);
      }
      break;
    }
    case 'put': {
      arm.put(one.pool, { count: one.count });
      break;
    }
    case 'delete': {
      arm.delete(one.pool);
      break;
    }
    case 'abort': {
      arm.abort(one.pool);
      break;
    }
  }
}

/** What is wrong with the cloud right now. */
function contradictions({ state }: SimulatedArm): readonly string[] {
  const running = [...state.operations.values()].filter(({ status }) => status === 'InProgress');
  return [
    ...[...state.vms.values()].filter((vm) => !state.pools.has(vm.pool)).map((vm) => `VM ${vm.name} without a pool`),
    ...running
      .filter(({ id, poolName }) => state.pools.get(poolName)?.operationId !== id)
      .map(({ id }) => `operation ${id} that its pool does not know`),
    ...[...state.pools.values()]
      .filter(({ provisioningState, operationId }) => isTransitional(provisioningState) !== (operationId !== undefined))
      .map(({ name, provisioningState }) => `pool ${name} ${provisioningState} with or without an operation`),
    ...state.agenda
      .filter(({ operationId }) => state.operations.get(operationId)?.status !== 'InProgress')
      .map(({ kind }) => `${kind} of an operation that is over`),
  ];
}

describe('whatever is asked of the cloud', () => {
  test('it never contradicts itself', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), concurrency, (acts, mode) => {
        const arm = new SimulatedArm({ concurrency: mode });
        for (const one of acts) {
          perform(arm, one, 1);
          expect(contradictions(arm)).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('it settles, and each pool that Succeeded has its VMs, all running', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), concurrency, (acts, mode) => {
        const arm = new SimulatedArm({ concurrency: mode });
        for (const one of acts) {
          perform(arm, one, 1);
        }
        arm.pass(1000);

        expect(arm.state.agenda).toEqual([]);
        for (const { name, provisioningState, properties } of arm.state.pools.values()) {
          expect(isTransitional(provisioningState)).toBe(false);
          const running = arm.vms(name).filter(({ state }) => state === 'Running').length;
          expect(provisioningState === 'Succeeded' ? running : properties.count).toBe(properties.count);
        }
      }),
      { numRuns: 150, examples: [[OVERRIDDEN_WHILE_BOOTING, 'override']] },
    );
  });

  test('it does not matter how often anyone looks at the clock', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), concurrency, (acts, mode) => {
        const [rarely, often] = [1, 10].map((stepsPerSpan) => {
          const arm = new SimulatedArm({ concurrency: mode });
          for (const one of acts) {
            perform(arm, one, stepsPerSpan);
          }
          return arm.state;
        });

        expect(often).toEqual(rarely);
      }),
      { numRuns: 50 },
    );
  });
});
