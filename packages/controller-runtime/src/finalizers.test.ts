import { describe, expect, it } from '@jest/globals';

import { withFinalizer, withoutFinalizer } from './finalizers.ts';

const list = ['a', 'b'];

describe('withFinalizer', () => {
  it('adds what is missing', () => {
    expect(withFinalizer(list, 'c')).toEqual(['a', 'b', 'c']);
    expect(withFinalizer(undefined, 'c')).toEqual(['c']);
  });

  it('returns the very same array when it is there', () => {
    expect(withFinalizer(list, 'a')).toBe(list);
  });
});

describe('withoutFinalizer', () => {
  it('keeps the others', () => {
    expect(withoutFinalizer(list, 'a')).toEqual(['b']);
  });

  it('returns the very same array when it is not there', () => {
    expect(withoutFinalizer(list, 'c')).toBe(list);
  });
});
