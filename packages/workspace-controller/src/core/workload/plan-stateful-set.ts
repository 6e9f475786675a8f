import type { StatefulSet } from '@kaito/types';

import type { Action } from '../actions.ts';
import type { Observed } from '../observed.ts';
import type { Spec } from '../spec/spec.ts';
import { lossesOf, planGroup } from './group.ts';
import type { GroupPlan, GroupSeen, Loss } from './group.ts';
import { listedNames, membersOf } from './members.ts';
import { ownedState } from './owned.ts';
import type { OwnedState } from './owned.ts';
import { isGroup } from './shape.ts';
import { applyStatefulSet, desiredStatefulSet, generationOf } from './stateful-set.ts';

interface StatefulSetPlan {
  readonly state: OwnedState;
  readonly group?: GroupPlan;
  readonly actions: readonly Action[];
}

export function planStatefulSet(observed: Observed, spec: Spec, gpus: number): StatefulSetPlan {
  const { workspace, statefulSet } = observed;
  const desired = desiredStatefulSet(workspace, spec, gpus);
  const applied = ownedState(statefulSet, desired, workspace);
  if (applied === 'leaving' || applied === 'foreign' || applied === 'adopted') {
    return { state: applied, actions: [] };
  }
  const isChanged = applied === 'outdated';
  const group = isGroup(spec) ? planGroup(groupSeen(observed, spec.resource.count, isChanged)) : undefined;
  const state = applied === 'current' && !isAsWanted(statefulSet, spec, group) ? 'outdated' : applied;
  const change = state === 'current' ? [] : [applyStatefulSet(desired, group?.generation, statefulSet)];
  return group === undefined
    ? { state, actions: change }
    : { state, group, actions: [...change, ...groupActions(group, statefulSet === undefined)] };
}

/** Somebody who scales it by hand leaves our mark in place. */
function isAsWanted(statefulSet: StatefulSet | undefined, { resource }: Spec, group: GroupPlan | undefined): boolean {
  return (
    statefulSet !== undefined &&
    statefulSet.spec.replicas === resource.count &&
    generationOf(statefulSet) === group?.generation
  );
}

type GroupOf = Pick<Observed, 'workspace' | 'statefulSet' | 'pods' | 'now'>;

/** Whether the pods that were observed are not those that the group was last complete with. */
export function isGroupBroken(observed: GroupOf): boolean {
  const { resource, status } = observed.workspace;
  return status?.group !== undefined && lossesOf(groupSeen(observed, resource?.count ?? 1, false)).length > 0;
}

/** The group as the decision sees it. */
function groupSeen(observed: GroupOf, count: number, isChanged: boolean): GroupSeen {
  const { workspace, statefulSet, pods, now } = observed;
  return {
    name: workspace.metadata.name,
    count,
    record: workspace.status?.group,
    statefulSet,
    pods: membersOf(statefulSet, pods),
    isChanged,
    now,
  };
}

function groupActions({ losses, outdated, postponedToMs }: GroupPlan, isMadeAnew: boolean): readonly Action[] {
  const deletions = outdated.map(({ metadata: { name, uid } }): Action => ({
    kind: 'Delete',
    target: 'Pod',
    name,
    uid,
  }));
  if (losses.length === 0 || postponedToMs !== undefined || isMadeAnew) {
    return deletions;
  }
  const message = `${tellLosses(losses)}: all pods start again together`;
  return [
    ...deletions,
    { kind: 'Notify', notice: { type: 'Normal', reason: 'GroupRestarted', message, action: 'RestartGroup' } },
  ];
}

/** Told by the first of them, as all may have been lost at once. */
export function tellLosses(losses: readonly Loss[]): string {
  const [first] = losses;
  const same = losses.filter(({ how }) => how === first?.how).map(({ member }) => member);
  return first === undefined ? '' : `pod ${listedNames(same)} ${first.how}`;
}
