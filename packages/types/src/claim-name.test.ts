import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { claimName } from './claim-name.ts';

describe('claimName', () => {
  it('is a valid agent pool name for every Workspace and slot', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.nat(1000), fc.nat(3), (uid, slot, salt) => {
        expect(claimName(uid, slot, salt)).toMatch(/^ws[0-9a-f]{9}$/u);
      }),
    );
  });

  it('is the same for the same Workspace and slot, and another for another', () => {
    const name = claimName('2b1c', 0);
    expect(claimName('2b1c', 0)).toBe(name);
    expect(new Set([name, claimName('2b1c', 1), claimName('2b1d', 0), claimName('2b1c', 0, 1)]).size).toBe(4);
  });
});
