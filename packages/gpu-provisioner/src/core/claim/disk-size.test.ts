import { describe, expect, it } from '@jest/globals';

import { osDiskSizeGiB } from './disk-size.ts';

describe('osDiskSizeGiB', () => {
  it.each([
    ['50Gi', 50],
    ['120Gi', 120],
    ['1024Gi', 1024],
    ['1Ti', 1024],
    ['2048Gi', 2048],
    ['1500Mi', 2],
    ['512Mi', 0],
    ['158G', 148],
    ['53687091200', 50],
  ])('takes %s for %i GiB', (storage, gib) => {
    expect(osDiskSizeGiB(storage)).toBe(gib);
  });

  it.each([
    ['400', 400],
    [400, 400],
    ['0', 0],
    [0, 0],
  ])('takes the legacy spelling %p for %i GiB', (storage, gib) => {
    expect(osDiskSizeGiB(storage)).toBe(gib);
  });

  it('leaves it to the platform when nothing is asked for', () => {
    expect(osDiskSizeGiB(undefined)).toBe(0);
  });

  it.each(['2049Gi', '3Ti', '5000', '-1', '-5Gi', 'big'])('refuses %s', (storage) => {
    expect(osDiskSizeGiB(storage)).toBeUndefined();
  });
});
