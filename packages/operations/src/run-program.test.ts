import { describe, expect, it } from '@jest/globals';

import { explained } from './run-program.ts';

describe('explained', () => {
  it('joins an error and its causes into one line', () => {
    const cause = new Error('no such file', { cause: 'ENOENT' });
    expect(explained(new Error('the kubeconfig cannot be read', { cause }))).toBe(
      'the kubeconfig cannot be read: no such file: ENOENT',
    );
  });

  it('does not say what a cause has of a secret', () => {
    const cause = new Error('client_secret=hunter2 is wrong');
    expect(explained(new Error('refused', { cause }))).toBe('refused: client_secret=[Redacted] is wrong');
  });
});
