import { describe, expect, it } from '@jest/globals';

import { aNote } from '../test/notes.ts';
import { keyOf, keysOfChange, parseKey } from './cache.ts';

describe('keyOf', () => {
  it('is undone by parseKey', () => {
    expect(parseKey(keyOf(aNote('a', 1)))).toEqual({ namespace: 'default', name: 'a' });
  });

  it('is the name alone outside of namespaces', () => {
    const { metadata } = aNote('a', 1);
    const { namespace: _, ...clusterWide } = metadata;
    expect([keyOf({ metadata: clusterWide }), parseKey('a')]).toEqual(['a', { name: 'a' }]);
  });
});

describe('keysOfChange', () => {
  it('names the object, also after it is gone', () => {
    const note = aNote('a', 1);
    expect([keysOfChange({ before: note }), keysOfChange({ after: note }), keysOfChange({})]).toEqual([
      ['default/a'],
      ['default/a'],
      [],
    ]);
  });
});
