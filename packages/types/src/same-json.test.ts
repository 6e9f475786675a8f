import { describe, expect, it } from '@jest/globals';

import { isSameJson } from './same-json.ts';

describe('isSameJson', () => {
  it('is so whatever the order of members, and an absent one is undefined', () => {
    expect(isSameJson({ a: 1, b: [{ c: 'x' }] }, { b: [{ c: 'x' }], a: 1, d: undefined })).toBe(true);
  });

  it.each([
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [
      [1, 2],
      [2, 1],
    ],
    [[], {}],
    [{ a: null }, { a: {} }],
    ['1', 1],
  ])('is not so for %j and %j', (a, b) => {
    expect(isSameJson(a, b)).toBe(false);
  });
});
