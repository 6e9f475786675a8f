import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { cloudConformance } from '../src/conformance/cloud-scenarios.ts';
import type { Comparison } from '../src/conformance/scenario.ts';

describe(`the model ${cloudConformance.model} does what the ${cloudConformance.real} does`, () => {
  let comparison: Comparison;

  beforeAll(async () => {
    comparison = await cloudConformance.start();
  });

  afterAll(async () => comparison.stop());

  it.each(cloudConformance.names)('%s', async (name) => {
    const { model, real } = await comparison.play(name);
    expect(model).toEqual(real);
  });
});
