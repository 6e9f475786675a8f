import { describe, expect, it } from '@jest/globals';

import { INVARIANTS } from '../invariants/index.ts';
import { LIVENESS } from '../run.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { MUTATIONS } from './catalogue.ts';
import { lineOf, mutatedSource } from './mutate-sources.ts';

const statements = [...INVARIANTS.map(({ name }) => name), ...Object.values(LIVENESS)];

describe('the catalogue of mutations', () => {
  it('has twenty-three, each once', () => {
    expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(23);
    expect(MUTATIONS).toHaveLength(23);
  });

  it.each(MUTATIONS)('$name: changes what stands in the code of today', (mutation) => {
    expect(mutatedSource(mutation)).not.toBe('');
    expect(lineOf(mutation)).toBeGreaterThan(1);
  });

  it.each(MUTATIONS)('$name: names a scenario and a statement', ({ invariant, scenario }) => {
    expect(statements).toContain(invariant);
    expect(SCENARIOS.map(({ name }) => name)).toContain(scenario);
  });
});
