import { describe, expect, it } from '@jest/globals';

import { readOptions } from './options.ts';

describe('readOptions', () => {
  it('chooses the base itself and pushes nowhere when nothing is said', () => {
    expect(readOptions([])).toStrictEqual({ kind: 'options', options: { base: 'auto', isContextsOnly: false } });
  });

  it('takes a registry with port and path', () => {
    expect(readOptions(['--push', 'localhost:5000/team'])).toMatchObject({ options: { push: 'localhost:5000/team' } });
  });

  it.each([['--push=https://ghcr.io/owner'], ['--push=ghcr.io/owner:tag'], ['--bas=x']])('refuses %s', (flag) => {
    expect(readOptions([flag])).toMatchObject({ kind: 'invalid' });
  });
});
