import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { BatchOrder, priorityOf } from './batch-order.ts';

function item(
  sequence: number,
  tokens = 1,
): { tokens: readonly number[]; evaluationPriority: number; sequence: number } {
  return { tokens: Array.from({ length: tokens }, () => 0), evaluationPriority: priorityOf(sequence), sequence };
}

function shape(steps: readonly { item: { sequence: number }; processAmount: number }[]): readonly [number, number][] {
  return steps.map((step) => [step.item.sequence, step.processAmount]);
}

describe('BatchOrder', () => {
  test('puts sequences in ascending order', () => {
    const order = new BatchOrder();
    expect(shape(order.next([item(3), item(0), item(2)], 512))).toEqual([
      [0, 1],
      [2, 1],
      [3, 1],
    ]);
  });

  test('waits until every running sequence has queued', () => {
    const order = new BatchOrder();
    order.enter(0);
    order.enter(1);
    expect(order.next([item(1)], 512)).toEqual([]);
    expect(shape(order.next([item(1), item(0)], 512))).toEqual([
      [0, 1],
      [1, 1],
    ]);
    order.leave(0);
    expect(shape(order.next([item(1)], 512))).toEqual([[1, 1]]);
  });

  test('does not wait for ever for a sequence whose reader is slow', () => {
    const order = new BatchOrder();
    order.enter(0);
    order.enter(1);
    const rounds = Array.from({ length: 82 }, () => order.next([item(1)], 512).length);
    expect(rounds.filter((count) => count === 1)).toHaveLength(2);
    expect(rounds[40]).toBe(1);
  });

  test('gives a prompt the whole step when nobody else computes', () => {
    expect(shape(new BatchOrder().next([item(0, 300)], 512))).toEqual([[0, 300]]);
    expect(shape(new BatchOrder().next([item(0, 900)], 512))).toEqual([[0, 512]]);
  });

  test('shares a step between prompts', () => {
    expect(shape(new BatchOrder().next([item(0, 100), item(1, 900)], 512))).toEqual([
      [0, 100],
      [1, 412],
    ]);
  });

  test('computes a prompt in small pieces while others answer', () => {
    expect(shape(new BatchOrder().next([item(0), item(1, 300)], 512))).toEqual([
      [0, 1],
      [1, 128],
    ]);
  });

  test('always gets on, and never takes more than fits', () => {
    const items = fc.uniqueArray(fc.record({ sequence: fc.nat(15), tokens: fc.integer({ min: 1, max: 400 }) }), {
      minLength: 1,
      selector: ({ sequence }) => sequence,
    });
    fc.assert(
      fc.property(items, fc.integer({ min: 16, max: 512 }), (all, size) => {
        const steps = new BatchOrder().next(
          all.map(({ sequence, tokens }) => item(sequence, tokens)),
          size,
        );
        const amounts = steps.map(({ processAmount }) => processAmount);
        expect(amounts.every((amount, index) => amount >= 1 && amount <= (steps[index]?.item.tokens.length ?? 0))).toBe(
          true,
        );
        expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBeLessThanOrEqual(size);
        expect(steps).toHaveLength(all.length);
      }),
    );
  });
});
