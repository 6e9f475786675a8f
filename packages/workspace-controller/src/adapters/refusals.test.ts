import { describe, expect, it } from '@jest/globals';
import { ApiError } from '@kaito/controller-runtime';
import type { KubernetesObject, ListRequest } from '@kaito/controller-runtime';

import { aMachine, aWorkspace, FIRST_CLAIM, SECOND_CLAIM } from '../../test/builders.ts';
import type { Claim } from '../core/claims/claim.ts';
import { recordedRefusal } from './refusals.ts';

const { signal } = new AbortController();
const LAST = '2026-01-01T12:00:00Z';

describe('recordedRefusal', () => {
  it('is the latest event about the claim that is gone', async () => {
    const events = [anEvent('2026-01-01T12:00:01Z', 'none left'), anEvent('2026-01-01T12:00:02Z', 'none at all')];
    const asked: ListRequest[] = [];
    const list = async (request: ListRequest) => {
      asked.push(request);
      return { items: events, resourceVersion: '1' };
    };
    const refusal = await recordedRefusal(waiting({}), [], { list }, signal);
    expect(refusal).toBe(`nodeclaim ${FIRST_CLAIM}: InsufficientCapacityError: none at all`);
    expect(asked).toMatchObject([
      { namespace: 'default', fieldSelector: `regarding.name=${FIRST_CLAIM},reason=InsufficientCapacityError` },
    ]);
  });

  it.each<[string, object, readonly Claim[]]>([
    ['when no attempt is waited for', { nextAttempt: undefined }, []],
    ['when it is known why', { lastFailure: 'over the quota' }, []],
    ['while all claims are there', {}, [aMachine(FIRST_CLAIM), aMachine(SECOND_CLAIM)]],
  ])('is not asked for %s', async (_, attempts, claims) => {
    const events = { list: failing(new Error('asked')) };
    expect(await recordedRefusal(waiting(attempts, claims.length), claims, events, signal)).toBeUndefined();
  });

  it('is unknown to who may not read events; other errors are passed on', async () => {
    const forbidden = new ApiError('Forbidden', 'no');
    expect(await recordedRefusal(waiting({}), [], { list: failing(forbidden) }, signal)).toBeUndefined();
    const late = new ApiError('Unavailable', 'later');
    await expect(recordedRefusal(waiting({}), [], { list: failing(late) }, signal)).rejects.toBe(late);
  });
});

function failing(error: Error) {
  return async (): Promise<never> => {
    throw error;
  };
}

function waiting(attempts: object, count = 1) {
  const recorded = { windowStart: LAST, count: 1, times: [LAST], nextAttempt: '2026-01-01T12:02:00Z', ...attempts };
  return aWorkspace({ resource: { count }, status: { attempts: recorded } });
}

function anEvent(creationTimestamp: string, note: string): KubernetesObject {
  return {
    metadata: { name: note, uid: note, resourceVersion: '1', creationTimestamp },
    regarding: { kind: 'NodeClaim', name: FIRST_CLAIM },
    note,
  };
}
