import { describe, expect, it } from '@jest/globals';

import { megabytes, table } from './table.ts';

describe('table', () => {
  it('is as wide as its cells, with numbers at the right', () => {
    expect(
      table(
        ['image', 'size', 'base'],
        [
          ['a', megabytes(1_250_000), 'x'],
          ['long', megabytes(51_057_645), 'y'],
        ],
      ),
    ).toBe(['image     size  base', 'a       1.3 MB  x', 'long   51.1 MB  y'].join('\n'));
  });
});
