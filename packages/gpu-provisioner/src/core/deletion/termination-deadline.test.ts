import { describe, expect, it } from '@jest/globals';
import { annotations } from '@kaito/types';

import { aClaim, NOW } from '../../../test/builders.ts';
import type { Claim } from '../claim/claim.ts';
import { deadlineStamp, terminationDeadline } from './termination-deadline.ts';

const STAMP = annotations.nodeClaimTerminationTimestamp;

describe('the deadline of a NodeClaim that is being deleted', () => {
  it('is its grace after its deletion, and is written once', () => {
    const claim = aNodeClaim({ terminationGraceMs: 90_000 });
    expect(terminationDeadline(claim)).toEqual(new Date(NOW.getTime() + 90_000));
    expect(deadlineStamp(claim)).toEqual({
      metadata: { resourceVersion: '7', annotations: { [STAMP]: '2026-01-01T01:01:30Z' } },
    });
  });

  it('is the one that stands on it already, unless that is no time', () => {
    const stamped = aNodeClaim({ terminationGraceMs: 90_000, annotations: { [STAMP]: '2026-01-01T01:00:10Z' } });
    expect([terminationDeadline(stamped), deadlineStamp(stamped)]).toEqual([
      new Date('2026-01-01T01:00:10Z'),
      undefined,
    ]);
    const wrong = aNodeClaim({ terminationGraceMs: 90_000, annotations: { [STAMP]: 'soon' } });
    expect(terminationDeadline(wrong)).toEqual(new Date(NOW.getTime() + 90_000));
  });

  it('is none without a grace, and none for a Machine', () => {
    expect(terminationDeadline(aNodeClaim({}))).toBeUndefined();
    expect(deadlineStamp(aNodeClaim({}))).toBeUndefined();
    const machine = aClaim({ metadata: { annotations: { [STAMP]: '2026-01-01T01:00:10Z' } } });
    expect(terminationDeadline(machine)).toBeUndefined();
  });
});

function aNodeClaim(parts: Partial<Claim>): Claim {
  return { ...aClaim(), api: 'NodeClaim', isDeleting: true, deletedAt: NOW, ...parts };
}
