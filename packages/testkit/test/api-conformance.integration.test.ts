import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { apiConformance } from '../src/conformance/api-scenarios.ts';
import type { Comparison } from '../src/conformance/scenario.ts';

describe(`the model ${apiConformance.model} does what ${apiConformance.real} does`, () => {
  let comparison: Comparison;

  beforeAll(async () => {
    comparison = await apiConformance.start();
  });

  afterAll(async () => comparison.stop());

  it.each(apiConformance.names)('%s', async (name) => {
    const { model, real } = await comparison.play(name);
    expect(model).toEqual(real);
  });
});
