import { describe, expect, it } from '@jest/globals';

import { aNode } from '../../../test/builders.ts';
import { isProven } from './node-proof.ts';

const proof = { name: 'n', uid: 'node-1', mayBeNotReady: false };
const notReady = aNode({ status: { conditions: [] } });

describe('isProven', () => {
  it('is so when the Node is gone, going, or another one', () => {
    expect(isProven(proof, undefined)).toBe(true);
    expect(isProven(proof, aNode({ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }))).toBe(true);
    expect(isProven(proof, aNode({ metadata: { uid: 'node-2' } }))).toBe(true);
  });

  it('is not so while the Node is there, except where it is enough that it is not Ready', () => {
    expect(isProven(proof, notReady)).toBe(false);
    expect(isProven({ ...proof, mayBeNotReady: true }, notReady)).toBe(true);
    expect(isProven({ ...proof, mayBeNotReady: true }, aNode())).toBe(false);
  });
});
