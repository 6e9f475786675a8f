import { describe, expect, it } from '@jest/globals';

import {
  aClaim,
  aPool,
  aRegisteredNode,
  knowledge,
  NOW,
  observed,
  present,
  secondsAgo,
} from '../../../test/builders.ts';
import type { ObservedClaim } from '../observed.ts';
import type { PoolView } from '../pools/pool-knowledge.ts';
import type { NotReadyNode } from './fleet.ts';
import { planRepair } from './plan-repair.ts';
import type { Repair } from './plan-repair.ts';

const LIMIT_MS = 600_000;
const ready = aPool({ phase: 'Ready' });

describe('a Node that is not Ready', () => {
  it('costs its claim after ten minutes, if it has not been Ready in between', () => {
    const { isGivenUp, plan } = repairOf({ seconds: 600 });
    expect(isGivenUp).toBe(true);
    expect(plan.actions).toMatchObject([
      { kind: 'Warn', reason: 'NodeUnhealthy' },
      {
        kind: 'DeleteClaim',
        reason: 'unhealthy',
        proof: { mayBeNotReady: true, notReadySince: secondsAgo(600), uid: 'node-1' },
      },
    ]);
  });

  it('has its time, to the millisecond', () => {
    expect(repairOf({ seconds: 599 })).toEqual({ isGivenUp: false, plan: { actions: [], requeueAfterMs: 1_000 } });
  });

  it('is waited for again from when its pool runs again, and not at all while that stands still', () => {
    const back = { ...present(ready), runsSince: secondsAgo(500) };
    expect(repairOf({ seconds: 7_000, view: back }).plan.requeueAfterMs).toBe(100_000);
    for (const still of [aPool({ phase: 'Ready', isStopped: true }), aPool({ phase: 'Changing' })]) {
      expect(repairOf({ seconds: 7_000, view: present(still) })).toEqual({ isGivenUp: false, plan: { actions: [] } });
    }
  });

  it('is given up on a fresh look at its pool alone', () => {
    expect(repairOf({ seconds: 700, view: present(ready, secondsAgo(31)) })).toEqual({
      isGivenUp: false,
      plan: { actions: [], lookAt: NOW },
    });
    expect(repairOf({ seconds: 700, view: { state: 'Unknown' } }).isGivenUp).toBe(false);
  });

  it('stays where that is switched off', () => {
    const { settings } = observed();
    expect(repairOf({ seconds: 7_000 }, { settings: { ...settings, isNodeRepairOn: false } }).isGivenUp).toBe(false);
  });
});

describe('when others are not Ready either', () => {
  const own: NotReadyNode = { claim: 'ws012345678', since: secondsAgo(600), wasInitialized: true };
  const other: NotReadyNode = { claim: 'wsother', since: secondsAgo(20), wasInitialized: true };

  it('the one that waits longest says once that no claim goes', () => {
    const { isGivenUp, plan } = repairOf({ seconds: 600 }, { fleet: { size: 9, notReady: [own, other] } });
    expect([isGivenUp, plan.requeueAfterMs]).toEqual([false, LIMIT_MS / 2]);
    expect(plan.actions).toMatchObject([
      { kind: 'Warn', reason: 'NodeRepairBlocked', message: expect.stringContaining('2 of 9 Nodes are not Ready') },
    ]);
    expect(repairOf({ seconds: 700 }, { fleet: { size: 9, notReady: [own, other] } }).plan.actions).toEqual([]);
    const silent = { size: 9, notReady: [{ ...other, since: secondsAgo(900) }, own] };
    expect(repairOf({ seconds: 600 }, { fleet: silent }).plan.actions).toEqual([]);
  });

  it('a fifth of them is not too many, and Nodes that come up for the first time do not count', () => {
    expect(repairOf({ seconds: 600 }, { fleet: { size: 10, notReady: [own, other] } }).isGivenUp).toBe(true);
    const fresh = { ...other, wasInitialized: false };
    expect(repairOf({ seconds: 600 }, { fleet: { size: 2, notReady: [own, fresh] } }).isGivenUp).toBe(true);
  });
});

function repairOf(
  { seconds, view = present(ready) }: { readonly seconds: number; readonly view?: PoolView },
  parts: Partial<ObservedClaim> = {},
): Repair {
  const lastTransitionTime = secondsAgo(seconds).toISOString();
  const node = aRegisteredNode({ status: { conditions: [{ type: 'Ready', status: 'Unknown', lastTransitionTime }] } });
  return planRepair(observed({ claim: aClaim(), nodes: [node], pool: knowledge({ view }), ...parts }), node);
}
