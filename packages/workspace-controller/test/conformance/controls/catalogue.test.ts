import { describe, expect, it } from '@jest/globals';
import { mutatedSource } from '@kaito/testkit';

import { STATEMENTS } from '../statements.ts';
import { CONTROLS } from './catalogue.ts';

describe('the bugs that numbered tests of those who make claims must notice', () => {
  it.each(CONTROLS)('statement $statement, $name: changes what stands in the code of today, once', (control) => {
    expect(control.edits.length).toBeGreaterThan(0);
    expect(mutatedSource(control)).not.toBe('');
  });

  it('belong to statements that there are', () => {
    const numbers = STATEMENTS.map(({ number }) => number);
    expect(numbers).toEqual(Array.from({ length: 10 }, (_, at) => 59 + at));
    expect(CONTROLS.filter(({ statement }) => !numbers.includes(statement))).toEqual([]);
  });
});
