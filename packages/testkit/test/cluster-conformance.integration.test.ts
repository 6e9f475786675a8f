import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { clusterConformance } from '../src/conformance/cluster-scenarios.ts';
import type { Comparison } from '../src/conformance/scenario.ts';

describe(`the model ${clusterConformance.model} does what ${clusterConformance.real} do`, () => {
  let comparison: Comparison;

  beforeAll(async () => {
    comparison = await clusterConformance.start();
  });

  afterAll(async () => comparison.stop());

  it.each(clusterConformance.names)('%s', async (name) => {
    const { model, real } = await comparison.play(name);
    expect(model).toEqual(real);
  });
});
