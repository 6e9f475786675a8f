import { describe, expect, it } from '@jest/globals';

import { testsIn } from './written-tests.ts';

describe('the tests that are found', () => {
  it('are the calls of statement, wherever prettier breaks them, with the line they begin on', () => {
    const text =
      "// statement(1, no)\n\nstatement(7, 'a', run);\ndescribe('x', () => {\n  statement(\n    40,\n    'b',";
    expect(testsIn('test/some.simulation.test.ts', text)).toEqual([
      { number: 7, file: 'test/some.simulation.test.ts', line: 3, place: 'simulation' },
      { number: 40, file: 'test/some.simulation.test.ts', line: 5, place: 'simulation' },
    ]);
  });

  it.each([
    ['src/core/plan.test.ts', 'unit'],
    ['test/life.simulation.test.ts', 'simulation'],
    ['test/life.integration.test.ts', 'real'],
  ])('run where the name of their file says: %s', (file, place) => {
    expect(testsIn(file, "statement(1, 'a', run);")).toMatchObject([{ place }]);
  });
});
