import type { Group, ObjectMeta, Pod, StatefulSet } from '@kaito/types';

import { planGroup } from '../src/core/workload/group.ts';
import type { GroupSeen } from '../src/core/workload/group.ts';

/** A group of two, the StatefulSet's controller, kubelets, and our caches: as little of each as can go wrong. */

export const MEMBERS = ['llm-0', 'llm-1'] as const;
type Name = (typeof MEMBERS)[number];

export interface Member {
  readonly uid: number;
  readonly generation: number;
  readonly restarts: number;
  readonly phase: 'starting' | 'ready' | 'leaving';
}

interface Set {
  readonly version: number;
  /** Of its template. */
  readonly generation: number;
  /** Which generation its controller makes pods of. */
  readonly observed: number;
}

type Members = Readonly<Record<Name, Member | undefined>>;

/** What we know of the world, each part as late as it happens to be. */
interface Caches {
  readonly set: Set | undefined;
  readonly members: Members;
  readonly record: Group | undefined;
}

export interface GroupWorld extends Caches {
  readonly caches: Caches;
  readonly lastUid: number;
  /** How many more things may go wrong. */
  readonly troubles: number;
  readonly isUntroubled: boolean;
  /** Another process of ours may work for a while. */
  readonly hasOtherLeader: boolean;
  /** How often a member was truly lost. */
  readonly losses: number;
  /** Nobody wants it so: told by a test. */
  readonly wrong?: string;
}

const NOBODY: Members = { 'llm-0': undefined, 'llm-1': undefined };
const NOTHING: Caches = { set: undefined, members: NOBODY, record: undefined };
const NOW = new Date('2026-01-01T12:00:00Z');
/** Records are old by the time that they are read, so that nothing waits. */
const LONG_AGO = '2026-01-01T00:00:00Z';

export function groupWorld(troubles: number, hasOtherLeader: boolean): GroupWorld {
  return { ...NOTHING, caches: NOTHING, lastUid: 0, troubles, isUntroubled: true, hasOtherLeader, losses: 0 };
}

/** Everything that may happen next. */
export function successors(world: GroupWorld): readonly GroupWorld[] {
  return [...progress(world), ...reconciles(world), ...elsewhere(world), ...lateness(world), ...mishaps(world)];
}

/** The world left alone, until nothing happens any more; undefined when it never rests. */
export function rest(world: GroupWorld): GroupWorld | undefined {
  let current = caughtUp(world);
  for (let step = 0; step < 60; step += 1) {
    const [next] = [...progress(current), ...reconciles(current).slice(-1)];
    if (next === undefined) {
      return current;
    }
    current = caughtUp(next);
  }
  return undefined;
}

/** Our caches hear of everything. */
export function caughtUp(world: GroupWorld): GroupWorld {
  const { set, members, record } = world;
  return { ...world, caches: { set, members, record } };
}

function seen({ caches, members }: GroupWorld): GroupSeen {
  const cached = seenWith(caches, caches.members);
  const isBroken = planGroup(cached).losses.length > 0;
  return isBroken ? seenWith(caches, members) : cached;
}

function seenWith({ set, record }: Caches, members: Members): GroupSeen {
  return {
    name: 'llm',
    count: MEMBERS.length,
    record,
    statefulSet: set === undefined ? undefined : statefulSetOf(set),
    pods: MEMBERS.flatMap((name) => {
      const member = members[name];
      return member === undefined ? [] : [podOf(name, member)];
    }),
    isChanged: false,
    now: NOW,
  };
}

/** One reconcile that is cut short after each of its writes, and the whole of it last. */
function reconciles(world: GroupWorld): readonly GroupWorld[] {
  const plan = planGroup(seen(world));
  const writes: ((one: GroupWorld) => GroupWorld)[] = [];
  const { set, record } = world.caches;
  if (set?.generation !== plan.generation) {
    writes.push((one) => applied(one, plan.generation, set));
  }
  for (const { metadata } of plan.outdated) {
    writes.push((one) => deleted(one, metadata.uid));
  }
  const { complete } = plan;
  if (complete !== undefined && complete !== record && set?.generation === plan.generation) {
    writes.push((one) => recorded(one, complete, record));
  }
  const crashed = writes.slice(1).map((_, index) => caughtUp(writes.slice(0, index + 1).reduce(perform, world)));
  return writes.length === 0 ? [] : [...crashed, writes.reduce(perform, world)];
}

/** Another process leads until nothing is left to do; we have not heard of it. */
function elsewhere(world: GroupWorld): readonly GroupWorld[] {
  const end = world.hasOtherLeader && world.caches.set === world.set ? rest(world) : undefined;
  return end === undefined ? [] : [{ ...end, caches: world.caches }];
}

function perform(world: GroupWorld, write: (one: GroupWorld) => GroupWorld): GroupWorld {
  return write(world);
}

function applied(world: GroupWorld, generation: number, from: Set | undefined): GroupWorld {
  const { set, losses } = world;
  if (set?.version !== from?.version) {
    return world; // refused
  }
  const next = { version: (set?.version ?? 0) + 1, generation, observed: set?.observed ?? 0 };
  const wrong = wrongGeneration(generation, set, losses);
  return { ...world, set: next, caches: { ...world.caches, set: next }, ...(wrong === undefined ? {} : { wrong }) };
}

function wrongGeneration(generation: number, set: Set | undefined, losses: number): string | undefined {
  if (set !== undefined && generation < set.generation) {
    return `generation ${set.generation} is lowered to ${generation}`;
  }
  return generation > 1 + losses ? `generation ${generation} after ${losses} losses` : undefined;
}

function deleted(world: GroupWorld, uid: string): GroupWorld {
  const name = MEMBERS.find((one) => String(world.members[one]?.uid) === uid);
  const member = name === undefined ? undefined : world.members[name];
  if (name === undefined || member === undefined) {
    return world;
  }
  const isWanted = member.generation >= (world.set?.generation ?? 0);
  return {
    ...withMember(world, name, { ...member, phase: 'leaving' }),
    ...(isWanted ? { wrong: `${name} is deleted though it is of the newest generation` } : {}),
  };
}

function recorded(world: GroupWorld, group: Group, from: Group | undefined): GroupWorld {
  if (JSON.stringify(world.record) !== JSON.stringify(from)) {
    return world; // refused
  }
  const record = { ...group, since: LONG_AGO };
  return { ...world, record, caches: { ...world.caches, record } };
}

/** What the StatefulSet's controller and the kubelets do of themselves. */
function progress(world: GroupWorld): readonly GroupWorld[] {
  const { set, lastUid } = world;
  if (set === undefined) {
    return [];
  }
  const observes =
    set.observed === set.generation
      ? []
      : [{ ...world, set: { ...set, version: set.version + 1, observed: set.generation } }];
  return [
    ...observes,
    ...MEMBERS.flatMap((name) => {
      const member = world.members[name];
      if (member === undefined && set.observed > 0) {
        const made = { uid: lastUid + 1, generation: set.observed, restarts: 0, phase: 'starting' } as const;
        return [{ ...withMember(world, name, made), lastUid: lastUid + 1 }];
      }
      if (member?.phase === 'starting') {
        return [withMember(world, name, { ...member, phase: 'ready' })];
      }
      return member?.phase === 'leaving' ? [withMember(world, name, undefined)] : [];
    }),
  ];
}

/** One of the caches hears what is so. */
function lateness(world: GroupWorld): readonly GroupWorld[] {
  const { caches, set, members, record } = world;
  return [
    ...(caches.set === set ? [] : [{ ...world, caches: { ...caches, set } }]),
    ...(caches.members === members ? [] : [{ ...world, caches: { ...caches, members } }]),
    ...(caches.record === record ? [] : [{ ...world, caches: { ...caches, record } }]),
  ];
}

/** A container starts again, a pod is driven out, a Node falls silent for a while, our process dies. */
function mishaps(world: GroupWorld): readonly GroupWorld[] {
  if (world.troubles === 0) {
    return [];
  }
  const spent = { ...world, troubles: world.troubles - 1, isUntroubled: false };
  const lost = { ...spent, losses: spent.losses + 1 };
  // The members are alike: whatever comes of a first trouble of the one comes of one of the other.
  return MEMBERS.slice(0, world.isUntroubled ? 1 : 2).flatMap((name) => {
    const member = world.members[name];
    if (member === undefined || member.phase === 'leaving') {
      return [];
    }
    return [
      withMember(lost, name, { ...member, restarts: member.restarts + 1, phase: 'starting' }),
      withMember(lost, name, { ...member, phase: 'leaving' }),
      ...(member.phase === 'ready' ? [withMember(spent, name, { ...member, phase: 'starting' })] : []),
    ];
  });
}

function withMember(world: GroupWorld, name: Name, member: Member | undefined): GroupWorld {
  return { ...world, members: { ...world.members, [name]: member } };
}

export function statefulSetOf({ version, generation, observed }: Set): StatefulSet {
  return {
    metadata: meta('llm', String(version), { generation }),
    spec: {
      replicas: MEMBERS.length,
      template: { metadata: { annotations: { 'kaito.sh/group-generation': String(generation) } } },
    },
    status: { observedGeneration: observed },
  };
}

export function podOf(name: string, { uid, generation, restarts, phase }: Member): Pod {
  const leaving = phase === 'leaving' ? { deletionTimestamp: LONG_AGO } : {};
  const annotations = { 'kaito.sh/group-generation': String(generation) };
  return {
    metadata: meta(name, '1', { uid: String(uid), annotations, ...leaving }),
    spec: {},
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: phase === 'ready' ? 'True' : 'False' }],
      containerStatuses: [{ name: 'llm', ready: phase === 'ready', restartCount: restarts }],
    },
  };
}

function meta(name: string, resourceVersion: string, more: Partial<ObjectMeta>): ObjectMeta {
  return { name, namespace: 'default', uid: 'u', resourceVersion, creationTimestamp: LONG_AGO, ...more };
}
