import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { karpenterConformance } from '../src/conformance/karpenter-scenarios.ts';
import type { Comparison } from '../src/conformance/scenario.ts';

describe(`the model ${karpenterConformance.model} does what ${karpenterConformance.real} does`, () => {
  let comparison: Comparison;

  beforeAll(async () => {
    comparison = await karpenterConformance.start();
  });

  afterAll(async () => comparison.stop());

  it.each(karpenterConformance.names)('%s', async (name) => {
    const { model, real } = await comparison.play(name);
    expect(model).toEqual(real);
  });
});
