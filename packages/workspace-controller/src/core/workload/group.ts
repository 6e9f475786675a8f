import type { Group, Pod, StatefulSet } from '@kaito/types';
import { timestamp, timestampMs } from '@kaito/types';

import { isLeaving } from '../leaving.ts';
import { memberNames } from './members.ts';
import { isPodReady } from './pod-state.ts';
import { generationOf, readGeneration } from './stateful-set.ts';

/** What is known of a group, and what the decision depends on. */
export interface GroupSeen {
  /** Of its StatefulSet. */
  readonly name: string;
  readonly count: number;
  /** What the status says of the last time that it was complete. */
  readonly record: Group | undefined;
  /** The one that we applied; undefined: there is none. */
  readonly statefulSet: StatefulSet | undefined;
  /** Of that StatefulSet. */
  readonly pods: readonly Pod[];
  /** The pods are to be made from another template. */
  readonly isChanged: boolean;
  readonly now: Date;
}

export interface GroupPlan {
  /** What the template is to say. */
  readonly generation: number;
  /** Members of an earlier generation, which are to go. */
  readonly outdated: readonly Pod[];
  /** Who broke the group, and how: for people. Empty: nobody. */
  readonly losses: readonly Loss[];
  /** It is on its way into a new generation. */
  readonly isRestarting: boolean;
  /** It is broken, and starts again then: it has been so often in a row. */
  readonly postponedToMs?: number;
  /** All members are there, of one generation, and ready; this is to be remembered of it. */
  readonly complete?: Group;
}

export interface Loss {
  readonly member: string;
  readonly how: string;
}

/** Broken again within this time of being complete counts as a setback. */
const SETBACK_MS = 1_800_000;
const FIRST_DELAY_MS = 10_000;
const MAX_DELAY_MS = 300_000;

/**
 * The next step of a group that starts again as one. Its generation is raised in the template first, and pods are
 * deleted only when the StatefulSet's controller has seen that: what it makes from then on is of the new generation.
 * Each step is decided from the record and the objects alone, so that it goes on from wherever it was cut short.
 */
export function planGroup(seen: GroupSeen): GroupPlan {
  const { record, statefulSet, isChanged, now } = seen;
  const current = currentGeneration(seen);
  const losses = lossesOf(seen);
  const idle = { generation: current, outdated: [], losses, isRestarting: false };
  if (losses.length === 0 && !isChanged) {
    const outdated = outdatedPods(seen, current);
    const isRestarting = record !== undefined && record.generation < current;
    const complete = completeGroup(seen, current);
    return { ...idle, outdated, isRestarting, ...(complete === undefined ? {} : { complete }) };
  }
  const postponedToMs = notBeforeMs(record);
  return isChanged || statefulSet === undefined || postponedToMs <= now.getTime()
    ? { ...idle, generation: current + 1, isRestarting: true }
    : { ...idle, postponedToMs };
}

/** Members that were there when the group was last complete and are not as they were; none while it starts again. */
export function lossesOf(seen: GroupSeen): readonly Loss[] {
  const { record, pods } = seen;
  if (record === undefined || record.generation !== currentGeneration(seen)) {
    return [];
  }
  return record.members.flatMap(({ name, uid, restarts }) => {
    const how = lossOf(
      pods.find(({ metadata }) => metadata.name === name),
      { uid, restarts },
    );
    return how === undefined ? [] : [{ member: name, how }];
  });
}

function lossOf(pod: Pod | undefined, then: { readonly uid: string; readonly restarts: number }): string | undefined {
  if (pod === undefined) {
    return 'is gone';
  }
  if (pod.metadata.uid !== then.uid) {
    return 'was replaced';
  }
  if (isLeaving(pod)) {
    return 'is being stopped';
  }
  if (pod.status.phase === 'Failed' || pod.status.phase === 'Succeeded') {
    return 'has ended';
  }
  return restartsOf(pod) === then.restarts ? undefined : 'was started again';
}

/** The newest that anything tells of: an older template or record is one that is read late. */
function currentGeneration({ record, statefulSet, pods }: GroupSeen): number {
  const told = [record?.generation, statefulSet === undefined ? undefined : generationOf(statefulSet)];
  return Math.max(1, ...told.map((one = 0) => one), ...pods.map(generationOfPod));
}

/** None before the StatefulSet's controller knows the template: what it makes until then would be of the old one. */
function outdatedPods({ statefulSet, pods }: GroupSeen, current: number): readonly Pod[] {
  return statefulSet !== undefined && generationOf(statefulSet) === current && isObserved(statefulSet)
    ? pods.filter((pod) => generationOfPod(pod) < current && !isLeaving(pod))
    : [];
}

function completeGroup(seen: GroupSeen, generation: number): Group | undefined {
  const { name, count, record, statefulSet, pods, now } = seen;
  const present = memberNames(name, count).map((member) => pods.find(({ metadata }) => metadata.name === member));
  const members = present.filter((pod) => pod !== undefined);
  const isWhole =
    members.length === count &&
    statefulSet !== undefined &&
    generationOf(statefulSet) === generation &&
    members.every((pod) => generationOfPod(pod) === generation && isPodReady(pod) && !isLeaving(pod));
  if (!isWhole) {
    return undefined;
  }
  if (record?.generation === generation) {
    return record;
  }
  const setbacks = setbacksAfter(record, now);
  return {
    generation,
    members: members.map((pod) => ({ name: pod.metadata.name, uid: pod.metadata.uid, restarts: restartsOf(pod) })),
    since: timestamp(now.getTime()),
    ...(setbacks === 0 ? {} : { setbacks }),
  };
}

function setbacksAfter(record: Group | undefined, now: Date): number {
  const since = timestampMs(record?.since ?? '') ?? 0;
  return record !== undefined && now.getTime() - since < SETBACK_MS ? (record.setbacks ?? 0) + 1 : 0;
}

function notBeforeMs(record: Group | undefined): number {
  const { since = '', setbacks = 0 } = record ?? {};
  const delayMs = setbacks === 0 ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (setbacks - 1), MAX_DELAY_MS);
  return (timestampMs(since) ?? 0) + delayMs;
}

function generationOfPod({ metadata }: Pod): number {
  return readGeneration(metadata.annotations) ?? 0;
}

function restartsOf({ status }: Pod): number {
  return (status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
}

function isObserved({ metadata, status }: StatefulSet): boolean {
  return (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}
