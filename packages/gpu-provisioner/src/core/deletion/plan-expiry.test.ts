import { describe, expect, it } from '@jest/globals';

import { aClaim, aRegisteredNode, knowledge, observed, present } from '../../../test/builders.ts';
import type { Plan } from '../actions.ts';
import { plan } from '../plan.ts';

const HOUR_MS = 3_600_000;

describe('a claim with an age', () => {
  it('is deleted, with an event, once it has reached it', () => {
    expect(planned(60_000).actions).toMatchObject([
      { kind: 'Warn', reason: 'Expired' },
      { kind: 'DeleteClaim', reason: 'expired' },
    ]);
  });

  it('is looked at again when it will have, or after a day at the latest', () => {
    expect(planned(60_001).requeueAfterMs).toBe(1);
    expect(planned(720 * HOUR_MS).requeueAfterMs).toBe(24 * HOUR_MS);
    expect(planned(undefined).requeueAfterMs).toBeUndefined();
  });
});

/** The claim is a minute old. */
function planned(expireAfterMs: number | undefined): Plan {
  const claim = { ...aClaim(), ...(expireAfterMs !== undefined && { expireAfterMs }) };
  return plan(observed({ claim, nodes: [aRegisteredNode()], pool: knowledge({ view: present() }) }));
}
