import { describe, expect, it } from '@jest/globals';
import type { Group } from '@kaito/types';

import { caughtUp, groupWorld, MEMBERS, podOf, rest, statefulSetOf, successors } from '../../../test/group-model.ts';
import type { GroupWorld, Member } from '../../../test/group-model.ts';
import { planGroup } from './group.ts';
import type { GroupSeen } from './group.ts';

/** More than ever come about; a group that starts again for ever comes about in more and more ways. */
const TOO_MANY = 100_000;

/** Every world that can come about, in the order in which they were found. */
function reachable(start: GroupWorld): readonly GroupWorld[] {
  const found = new Map([[JSON.stringify(start), start]]);
  for (const world of found.values()) {
    for (const next of found.size > TOO_MANY ? [] : successors(world)) {
      const key = JSON.stringify(next);
      if (!found.has(key)) {
        found.set(key, next);
      }
    }
  }
  return [...found.values()];
}

function isAtRest({ set, members, record }: GroupWorld): boolean {
  return MEMBERS.every((name, index) => {
    const { generation, phase, restarts, uid } = members[name] ?? NONE;
    const told = record?.members[index];
    const isRecorded = told?.uid === String(uid) && told.restarts === restarts && record?.generation === generation;
    return phase === 'ready' && generation === set?.generation && isRecorded;
  });
}

const NONE: Member = { uid: 0, generation: 0, restarts: 0, phase: 'leaving' };

describe.each([
  { circumstances: 'two troubles', troubles: 2, hasOtherLeader: false },
  { circumstances: 'one trouble, and another process that leads for a while', troubles: 1, hasOtherLeader: true },
])('a group in any order of events, with caches as late as they like: $circumstances', (given) => {
  const worlds = reachable(groupWorld(given.troubles, given.hasOtherLeader));

  it('never starts again without a loss, never goes back, and stops no member that is of the newest generation', () => {
    expect(worlds.length).toBeGreaterThan(1_000);
    expect(worlds.length).toBeLessThan(TOO_MANY);
    expect([...new Set(worlds.map(({ wrong }) => wrong))]).toEqual([undefined]);
  });

  it('comes to rest complete, of one generation, with nothing left to write', () => {
    const known = new Map(worlds.map((world) => [JSON.stringify(caughtUp(world)), caughtUp(world)]));
    const stuck = [...known.values()].find((world) => {
      const end = rest(world);
      return end === undefined || !isAtRest(end);
    });
    expect(stuck).toBeUndefined();
  });
});

const T0 = '2026-01-01T00:00:00Z';

function seen(changes: Partial<GroupSeen> = {}, members: readonly Partial<Member>[] = [{}, {}]): GroupSeen {
  return {
    name: 'llm',
    count: 2,
    record: aRecord(),
    statefulSet: statefulSetOf({ version: 1, generation: 1, observed: 1 }),
    pods: members.map((member, index) =>
      podOf(`llm-${index}`, { uid: index + 1, generation: 1, restarts: 0, phase: 'ready', ...member }),
    ),
    isChanged: false,
    now: new Date('2026-01-01T12:00:00Z'),
    ...changes,
  };
}

function aRecord(changes: Partial<Group> = {}): Group {
  return {
    generation: 1,
    members: [
      { name: 'llm-0', uid: '1', restarts: 0 },
      { name: 'llm-1', uid: '2', restarts: 0 },
    ],
    since: T0,
    ...changes,
  };
}

function outdatedWhen(observed: number): readonly string[] {
  const statefulSet = statefulSetOf({ version: 2, generation: 2, observed });
  const { outdated } = planGroup(seen({ statefulSet }, [{}, { generation: 2, uid: 3 }]));
  return outdated.map(({ metadata }) => metadata.name);
}

describe('planGroup', () => {
  it('leaves a complete group alone, and writes down again what is written', () => {
    const group = seen();
    expect(planGroup(group)).toEqual({
      generation: 1,
      outdated: [],
      losses: [],
      isRestarting: false,
      complete: group.record,
    });
  });

  it.each<[string, Partial<Member>[], string | undefined]>([
    ['is gone', [{}], 'is gone'],
    ['has another uid', [{}, { uid: 7 }], 'was replaced'],
    ['is on its way out', [{}, { phase: 'leaving' }], 'is being stopped'],
    ['has started again', [{}, { restarts: 1 }], 'was started again'],
    ['is not ready for a while', [{}, { phase: 'starting' }], undefined],
  ])('starts it again when a member %s, and not for less', (_, members, how) => {
    const { generation, losses } = planGroup(seen({}, members));
    expect(losses).toEqual(how === undefined ? [] : [{ member: 'llm-1', how }]);
    expect(generation).toBe(how === undefined ? 1 : 2);
  });

  it('starts it again when a member has ended', () => {
    const { pods } = seen();
    const ended = pods.map((pod, index) => (index === 0 ? { ...pod, status: { phase: 'Failed' } } : pod));
    expect(planGroup(seen({ pods: ended })).losses).toEqual([{ member: 'llm-0', how: 'has ended' }]);
  });

  it('does not mind what members do before they have ever been complete', () => {
    expect(planGroup(seen({ record: undefined }, [{ phase: 'starting', restarts: 3 }]))).toEqual({
      generation: 1,
      outdated: [],
      losses: [],
      isRestarting: false,
    });
  });

  it('makes all of them anew from a changed template, also before they have ever been complete', () => {
    expect(planGroup(seen({ record: undefined, isChanged: true })).generation).toBe(2);
  });

  it('stops the members of the old generation once the new template is known to whoever makes pods', () => {
    expect(outdatedWhen(1)).toEqual([]);
    expect(outdatedWhen(2)).toEqual(['llm-0']);
  });

  it('raises a template that is older than what is known', () => {
    expect(planGroup(seen({ record: aRecord({ generation: 4 }) })).generation).toBe(4);
    expect(planGroup(seen({ record: undefined }, [{ generation: 3 }, {}])).generation).toBe(3);
  });

  it('waits longer each time when it breaks soon after it was complete', () => {
    const now = new Date('2026-01-01T12:00:00Z');
    const broken = (setbacks: number, since: string): number | undefined =>
      planGroup(seen({ record: aRecord({ setbacks, since }), now }, [{}])).postponedToMs;
    expect(broken(0, '2026-01-01T12:00:00Z')).toBeUndefined();
    expect(broken(1, '2026-01-01T12:00:00Z')).toBe(now.getTime() + 10_000);
    expect(broken(3, '2026-01-01T12:00:00Z')).toBe(now.getTime() + 40_000);
    expect(broken(30, '2026-01-01T12:00:00Z')).toBe(now.getTime() + 300_000);
    expect(broken(30, '2026-01-01T11:55:00Z')).toBeUndefined();
  });

  it('counts how often it broke soon, until it once did not', () => {
    const now = new Date('2026-01-01T12:00:00Z');
    const again = { statefulSet: statefulSetOf({ version: 2, generation: 2, observed: 2 }), now };
    const setbacksAfter = (since: string): number | undefined =>
      planGroup(
        seen({ ...again, record: aRecord({ since, setbacks: 2 }) }, [
          { generation: 2, uid: 3 },
          { generation: 2, uid: 4 },
        ]),
      ).complete?.setbacks;
    expect(setbacksAfter('2026-01-01T11:59:00Z')).toBe(3);
    expect(setbacksAfter('2026-01-01T11:00:00Z')).toBeUndefined();
  });
});
