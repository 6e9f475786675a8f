import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { collectionConformance } from '../src/conformance/collection-scenarios.ts';
import type { Comparison } from '../src/conformance/scenario.ts';

describe(`the model ${collectionConformance.model} does what ${collectionConformance.real} does`, () => {
  let comparison: Comparison;

  beforeAll(async () => {
    comparison = await collectionConformance.start();
  });

  afterAll(async () => comparison.stop());

  it.each(collectionConformance.names)('%s', async (name) => {
    const { model, real } = await comparison.play(name);
    expect(model).toEqual(real);
  });
});
