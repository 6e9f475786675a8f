import { describe, expect, it } from '@jest/globals';

import { quantityValue } from './quantity.ts';

describe('quantityValue', () => {
  it.each([
    ['50Gi', 53_687_091_200],
    ['1Ti', 1_099_511_627_776],
    ['400', 400],
    ['0', 0],
    [2, 2],
    ['500m', 0.5],
    ['1e3', 1000],
    ['2M', 2_000_000],
    ['-1Ki', -1024],
  ])('reads %s', (quantity, value) => {
    expect(quantityValue(quantity)).toBe(value);
  });

  it.each(['', 'many', '5 Gi', '1GiB', '0x10'])('refuses %j', (text) => {
    expect(quantityValue(text)).toBeUndefined();
  });
});
