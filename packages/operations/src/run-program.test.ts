import { describe, expect, it } from '@jest/globals';

import { explained } from './run-program.ts';

describe('explained', () => {
  it('joins an error and its causes into one line', () => {
    const cause = new Error('no such file', { cause: 'ENOENT' });
    expect(explained(new Error('the kubeconfig cannot be read', { cause }))).toBe(
      'the kubeconfig cannot be read: no such file: ENOENT',
    );
  });
});
