import { describe, expect, it } from '@jest/globals';

import { readOptions } from './options.ts';

describe('the command line', () => {
  it('takes a statement by its number', () => {
    expect(readOptions(['provisioner', '--only', '7', '--controls'])).toEqual({
      kind: 'options',
      options: { only: 7, withControls: true, isWriting: false },
    });
  });

  it.each(['0', '58', 'seven', '1.5'])('refuses %s as a number', (only) => {
    expect(readOptions(['provisioner', '--only', only])).toEqual({
      kind: 'invalid',
      problem: '--only: expected a number from 1 to 57',
    });
  });

  it('refuses what it does not know', () => {
    expect(readOptions(['provisioner', '--all'])).toMatchObject({ kind: 'invalid' });
    expect(readOptions(['provisioner', 'model'])).toEqual({ kind: 'invalid', problem: 'unexpected: model' });
    expect(readOptions(['provisioner', '--help'])).toEqual({ kind: 'help' });
  });
});
