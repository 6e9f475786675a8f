import { describe, expect, it } from '@jest/globals';

import type { Statement } from './checklist.ts';
import { readOptions } from './options.ts';

const statements = [5, 6, 7].map((number): Statement => ({ number, era: 'B', text: 'something is so' }));

describe('the command line', () => {
  it('takes a statement by its number', () => {
    expect(readOptions(['provisioner', '--only', '7', '--controls'], { statements })).toEqual({
      kind: 'options',
      options: { only: 7, withControls: true, isWriting: false },
    });
  });

  it.each(['4', '8', 'seven', '5.5'])('refuses %s as a number', (only) => {
    expect(readOptions(['provisioner', '--only', only], { statements })).toEqual({
      kind: 'invalid',
      problem: '--only: expected a number from 5 to 7',
    });
  });

  it('refuses what it does not know', () => {
    expect(readOptions(['provisioner', '--all'], { statements })).toMatchObject({ kind: 'invalid' });
    expect(readOptions(['provisioner', 'model'], { statements })).toEqual({
      kind: 'invalid',
      problem: 'unexpected: model',
    });
    expect(readOptions(['provisioner', '--help'], { statements })).toEqual({ kind: 'help' });
  });
});
