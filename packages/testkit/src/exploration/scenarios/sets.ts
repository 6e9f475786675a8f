import type { Scenario, Step } from '../scenario.ts';
import { isPoolNode, offersGpus } from '../view.ts';
import { isStaying } from '../invariants/marks.ts';
import type { View } from '../view.ts';
import { atOnce, NAME } from './steps.ts';

const APPS = 'shared';
const OTHER = 'other';
const THIRD = 'third';

/** Nodes that somebody has brought, all of the one kind that the Workspaces ask for. */
function bring(count: number): Step {
  return {
    what: `brings ${count} nodes`,
    when: atOnce,
    act: (people) => {
      for (let index = 1; index <= count; index += 1) {
        people.addForeignPool(`own${index}`, { apps: APPS });
      }
    },
  };
}

function ask(...wishes: readonly (readonly [name: string, count: number])[]): Step {
  return {
    what: `creates ${wishes.map(([name, count]) => `${name} for ${count}`).join(', ')}`,
    when: atOnce,
    act: (people) => {
      for (const [name, count] of wishes) {
        people.apply(name, { apps: APPS, count });
      }
    },
  };
}

/** A node that is still booting would not be waited for: it may never come. */
function onceThere(step: Step): Step {
  return { ...step, when: ({ nodes }) => nodes.some((node) => isPoolNode(node) && offersGpus(node)) };
}

const isServed = (view: View, name: string): boolean =>
  isStaying(view.workspace(name)) && view.isToldReady(name) && view.isServing(name);
const served = (view: View, names: readonly string[]): readonly string[] =>
  names.filter((name) => isServed(view, name));

/** Whoever was served first goes, and makes room. */
function leaveFirst(...names: readonly string[]): Step {
  return {
    what: 'deletes the Workspace that was served first',
    when: (view) => served(view, names).length > 0,
    act: (people, view) => {
      people.delete(served(view, names)[0] ?? '');
    },
  };
}

const byo = { kind: 'byo' } as const;
const isServedAlone = (view: View, names: readonly string[]): boolean =>
  view.workspaces.length === 1 && served(view, names).length === 1;

/** Several Workspaces over the same nodes, which nobody can buy more of: k sets on n nodes. */
export const sets: readonly Scenario[] = [
  {
    name: 'a Workspace on a node that was brought',
    nodes: byo,
    steps: [bring(1), ask([NAME, 1])],
    goal: (view) => isServed(view, NAME),
  },
  {
    name: 'two Workspaces want one node',
    nodes: byo,
    steps: [bring(1), ask([NAME, 1], [OTHER, 1]), leaveFirst(NAME, OTHER)],
    goal: (view) => isServedAlone(view, [NAME, OTHER]),
  },
  {
    name: 'two pairs on three nodes',
    nodes: byo,
    steps: [bring(3), ask([NAME, 2], [OTHER, 2]), leaveFirst(NAME, OTHER)],
    goal: (view) => isServedAlone(view, [NAME, OTHER]),
  },
  {
    name: 'three sets on four nodes',
    nodes: byo,
    steps: [
      bring(4),
      ask([NAME, 2], [OTHER, 3], [THIRD, 2]),
      leaveFirst(NAME, OTHER, THIRD),
      leaveFirst(NAME, OTHER, THIRD),
    ],
    goal: (view) => isServedAlone(view, [NAME, OTHER, THIRD]),
  },
  {
    name: 'two pairs on four nodes lose one node each',
    nodes: byo,
    steps: [
      bring(4),
      ask([NAME, 2], [OTHER, 2]),
      {
        what: 'takes a node of each away',
        when: (view) => served(view, [NAME, OTHER]).length === 2,
        act: (people, view) => {
          for (const name of [NAME, OTHER]) {
            const [node = ''] = view.workerNodes(name);
            people.removePool(view.poolOfNode(node));
            people.deleteNode(node);
          }
        },
      },
    ],
    goal: (view) => served(view, [NAME, OTHER]).length === 1 && view.pools.length === 2,
  },
  {
    name: 'a pair finds one node there and buys the other',
    steps: [bring(1), onceThere(ask([NAME, 2]))],
    goal: (view) => isServed(view, NAME) && view.machines.length === 1,
  },
  {
    name: 'two pairs find one node there and buy the others',
    steps: [bring(1), onceThere(ask([NAME, 2], [OTHER, 2]))],
    goal: (view) => served(view, [NAME, OTHER]).length === 2 && view.machines.length === 3,
  },
];
