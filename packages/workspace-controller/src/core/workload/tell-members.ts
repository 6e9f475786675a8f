import type { Pod } from '@kaito/types';

import { isLeaving } from '../leaving.ts';
import { isNodeReady } from '../nodes/nodes.ts';
import type { Observed } from '../observed.ts';
import type { Situation } from '../situation.ts';
import { listedNames, memberNames, membersOf } from './members.ts';
import { failureOf } from './pod-failure.ts';
import { isOnGoneNode, isPodReady } from './pod-state.ts';

/** In the order in which they are told. */
const STATES = [
  'failing',
  'not made yet',
  'being stopped',
  'on a node that is gone',
  'waiting for a node',
  'on a node that is not ready',
  'waiting for the containers to start',
  'starting the server and loading the model',
] as const;

type State = (typeof STATES)[number] | 'ready';

/** What every pod of the StatefulSet waits for, in one sentence of bounded length. */
export function tellMembers({ observed, spec }: Situation): string {
  const names = memberNames(observed.workspace.metadata.name, spec.resource.count);
  const pods = membersOf(observed.statefulSet, observed.pods);
  const states = names.map((name) => ({
    name,
    state: stateOf(
      pods.find(({ metadata }) => metadata.name === name),
      observed,
    ),
  }));
  const inState = (wanted: State): readonly string[] =>
    states.filter(({ state }) => state === wanted).map(({ name }) => name);
  const others = STATES.map((state) => ({ state, members: inState(state) })).filter(
    ({ members }) => members.length > 0,
  );
  return [
    `${inState('ready').length} of ${names.length} pods are ready`,
    ...others.map(({ state, members }) => `${state}: ${listedNames(members)}`),
  ].join('; ');
}

function stateOf(pod: Pod | undefined, { nodes, goneNodes }: Observed): State {
  if (pod === undefined) {
    return 'not made yet';
  }
  if (isLeaving(pod)) {
    return 'being stopped';
  }
  if (isOnGoneNode(pod, goneNodes)) {
    return 'on a node that is gone';
  }
  if (isPodReady(pod)) {
    return 'ready';
  }
  if (failureOf(pod) !== undefined) {
    return 'failing';
  }
  return placedState(pod, nodes);
}

function placedState({ spec, status }: Pod, nodes: Observed['nodes']): State {
  const { nodeName } = spec;
  if (nodeName === undefined) {
    return 'waiting for a node';
  }
  const node = nodes.find(({ metadata }) => metadata.name === nodeName);
  if (node !== undefined && !isNodeReady(node)) {
    return 'on a node that is not ready';
  }
  return status.phase === 'Running'
    ? 'starting the server and loading the model'
    : 'waiting for the containers to start';
}
