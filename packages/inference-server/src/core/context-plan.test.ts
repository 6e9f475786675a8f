import { describe, expect, test } from '@jest/globals';

import { planContext } from './context-plan.ts';
import type { ContextPlan } from './context-plan.ts';

const cost = ({ contextSize, sequences }: ContextPlan): number => contextSize * sequences;
const WISH = { trainedLength: 8192, maxModelLength: undefined, maxSequences: undefined };

describe('planContext', () => {
  test('has four sequences of 4096 tokens where there is room', () => {
    expect(planContext(WISH, 1e9, cost)).toEqual({ contextSize: 4096, sequences: 4 });
  });

  test('is never longer than the model was trained for', () => {
    expect(planContext({ ...WISH, trainedLength: 2048 }, 1e9, cost)).toEqual({ contextSize: 2048, sequences: 4 });
  });

  test('gives up sequences before their length', () => {
    expect(planContext(WISH, 10_000, cost)).toEqual({ contextSize: 4096, sequences: 2 });
    expect(planContext(WISH, 3000, cost)).toEqual({ contextSize: 2048, sequences: 1 });
    expect(planContext(WISH, 1, cost)).toEqual({ contextSize: 512, sequences: 1 });
  });

  test('changes nothing that was asked for', () => {
    const wish = { trainedLength: 8192, maxModelLength: 8000, maxSequences: 9 };
    expect(planContext(wish, 1, cost)).toEqual({ contextSize: 8000, sequences: 9 });
  });
});
