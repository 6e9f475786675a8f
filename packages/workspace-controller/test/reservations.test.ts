import { describe, expect, it } from '@jest/globals';
import type { Node, Workspace } from '@kaito/types';

import { holdingsOf } from '../src/adapters/holdings.ts';
import { rivalsOf } from '../src/adapters/rivals.ts';
import type { Action } from '../src/core/actions.ts';
import { fleetOf } from '../src/core/nodes/fleet.ts';
import { namesOf } from '../src/core/nodes/nodes.ts';
import { planLabels } from '../src/core/nodes/plan-labels.ts';
import { resourceOf } from '../src/core/spec/resource.ts';
import { nodesFor } from '../src/seeking.ts';
import { aNode, aWorkspace, observed } from './builders.ts';
import { fixedCaches } from './fixed-caches.ts';

const RESERVED_BY = 'kaito.sh/reserved-by';

/** Who wants how many of the nodes, and what he has of them. The first is the oldest. */
interface Set {
  readonly count: number;
  readonly has?: readonly string[];
}

interface World {
  /** Per Workspace: `status.workerNodes`. */
  readonly held: readonly (readonly string[])[];
  /** Per node: its mark. */
  readonly marks: Readonly<Record<string, string>>;
  /** Per leader: what it has decided and not done yet. */
  readonly pending: readonly (readonly Write[])[];
}

/** A write with what it was decided from; refused when that is so no more. */
type Write =
  | {
      readonly kind: 'status';
      readonly index: number;
      readonly held: readonly string[];
      readonly seen: readonly string[];
    }
  | { readonly kind: 'mark'; readonly node: string; readonly mark: string; readonly seen: string };

describe('reservations', () => {
  it.each<readonly [string, readonly Set[], readonly string[], readonly number[][]]>([
    [
      'two that want one node',
      [{ count: 1 }, { count: 1 }],
      ['a'],
      [
        [1, 0],
        [0, 1],
      ],
    ],
    [
      'two pairs on three nodes',
      [{ count: 2 }, { count: 2 }],
      ['a', 'b', 'c'],
      [
        [2, 0],
        [0, 2],
      ],
    ],
    [
      'a pair and a set of three on four nodes',
      [{ count: 2 }, { count: 3 }],
      ['a', 'b', 'c', 'd'],
      [
        [2, 0],
        [0, 3],
      ],
    ],
    [
      'three that want one node',
      [{ count: 1 }, { count: 1 }, { count: 1 }],
      ['a'],
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
    ],
    [
      'two pairs that have lost a node each',
      [
        { count: 2, has: ['a'] },
        { count: 2, has: ['b'] },
      ],
      ['a', 'b'],
      [[2, 0]],
    ],
    [
      'three sets of three that have lost two nodes each',
      [
        { count: 3, has: ['a'] },
        { count: 3, has: ['b'] },
        { count: 3, has: ['c'] },
      ],
      ['a', 'b', 'c'],
      [[3, 0, 0]],
    ],
    [
      'two pairs that both count on both nodes',
      [
        { count: 2, has: ['a', 'b'] },
        { count: 2, has: ['a', 'b'] },
      ],
      ['a', 'b'],
      [
        [2, 0],
        [0, 2],
      ],
    ],
    [
      'two pairs that share one node of three',
      [
        { count: 2, has: ['a', 'b'] },
        { count: 2, has: ['b', 'c'] },
      ],
      ['a', 'b', 'c'],
      [
        [2, 0],
        [0, 2],
      ],
    ],
  ])(
    'of %s end with somebody whole and nobody with a part, however two leaders work at once',
    (_, sets, nodes, ends) => {
      const bench = new Bench(sets, nodes);
      const worlds = bench.everyWorld();
      expect(worlds.length).toBeGreaterThan(3);
      const rests = worlds.map((world) => bench.undisturbed(world));
      const found = rests.map(({ held }) => held.map((names) => names.length));
      expect(found.filter((end) => !ends.some((wanted) => isSame(wanted, end)))).toEqual([]);
      expect(rests.filter((world) => !isMarkedAsHeld(world))).toEqual([]);
      expect(worlds.flatMap((world) => bench.wrongIn(world))).toEqual([]);
    },
  );
});

class Bench {
  readonly #sets: readonly Set[];
  readonly #nodes: readonly Node[];
  readonly #workspaces: readonly Workspace[];
  readonly #wrong: string[] = [];

  constructor(sets: readonly Set[], names: readonly string[]) {
    this.#sets = sets;
    this.#nodes = names.map((name) => aNode(name, { own: false }));
    this.#workspaces = sets.map(({ count }, index) => {
      const name = `ws${index}`;
      const metadata = { name, uid: `uid-${index}`, creationTimestamp: `2026-01-01T11:00:0${index}Z` };
      return aWorkspace({ metadata, resource: { count } });
    });
  }

  /** Every state that two leaders can come to, neither of which knows of the other. */
  everyWorld(): readonly World[] {
    const marks = Object.fromEntries(this.#nodes.map(({ metadata }) => [metadata.name, '']));
    const start: World = { held: this.#sets.map(({ has = [] }) => has), marks, pending: [[], []] };
    const seen = new Map<string, World>([[JSON.stringify(start), start]]);
    const open = [start];
    for (let world = open.pop(); world !== undefined; world = open.pop()) {
      for (const next of this.#nextOf(world)) {
        const key = JSON.stringify(next);
        if (!seen.has(key)) {
          seen.set(key, next);
          open.push(next);
        }
      }
    }
    return [...seen.values()];
  }

  /** Where one leader that is alone comes to rest, whatever the two have left undone. */
  undisturbed({ held, marks }: World): World {
    let world: World = { held, marks, pending: [[], []] };
    for (let round = 0; round < 50; round += 1) {
      const before = JSON.stringify(world);
      for (const index of this.#sets.keys()) {
        world = done({ ...world, pending: [this.#decided(world, index), []] });
      }
      if (JSON.stringify(world) === before) {
        return world;
      }
    }
    throw new Error(`no rest: ${JSON.stringify(world)}`);
  }

  /** What must not be so at any time. */
  wrongIn({ held, pending }: World): readonly string[] {
    const takes = pending.flat().filter((write) => write.kind === 'status');
    const parts = takes.filter(
      (write) =>
        write.held.some((name) => !write.seen.includes(name)) &&
        write.held.length < (this.#sets[write.index]?.count ?? 0),
    );
    const twice = held.flatMap((names) => names.filter((name, at) => names.indexOf(name) !== at));
    return [...this.#wrong, ...parts.map((part) => `takes a part: ${JSON.stringify(part)}`), ...twice];
  }

  #nextOf(world: World): readonly World[] {
    return world.pending.flatMap((writes, leader) => {
      const [first, ...rest] = writes;
      if (first !== undefined) {
        this.#check(world, first);
        return [withPending(applied(world, first), leader, isRefused(world, first) ? [] : rest)];
      }
      return [...this.#sets.keys()].map((index) => withPending(world, leader, this.#decided(world, index)));
    });
  }

  /** A mark of somebody who lives is changed by nobody else. */
  #check(world: World, write: Write): void {
    if (write.kind === 'mark' && !isRefused(world, write) && write.seen !== '' && write.mark !== '') {
      const [before, after] = [write.seen, write.mark].map((mark) => mark.replace('.leaving', ''));
      if (before !== after) {
        this.#wrong.push(`the mark of ${write.node} turns from ${write.seen} into ${write.mark}`);
      }
    }
  }

  #decided(world: World, index: number): readonly Write[] {
    const nodes = this.#nodes.map((node) => marked(node, world.marks[node.metadata.name] ?? ''));
    const workspaces = this.#workspaces.map((workspace, at) => ({
      ...workspace,
      status: { workerNodes: [...(world.held[at] ?? [])] },
    }));
    const workspace = workspaces[index] ?? aWorkspace();
    const caches = fixedCaches(workspaces, nodes);
    const sought = nodesFor(workspace, true, caches.nodes);
    const state = observed({
      workspace,
      nodes: sought,
      holdings: holdingsOf(sought, workspace, caches),
      rivals: rivalsOf(workspace, caches),
    });
    const resource = resourceOf(workspace, 'byo');
    const fleet = fleetOf(state, resource);
    const held = namesOf([...fleet.workers, ...fleet.absent]).toSorted();
    const seen = world.held[index] ?? [];
    const { before, after } = planLabels(state, resource, fleet);
    const status: readonly Write[] = isSame(held, seen) ? [] : [{ kind: 'status', index, held, seen }];
    return [...marksIn(before, world), ...status, ...marksIn(after, world)];
  }
}

function marksIn(actions: readonly Action[], world: World): readonly Write[] {
  return actions.flatMap((action): readonly Write[] =>
    action.kind === 'LabelNode' && RESERVED_BY in action.labels
      ? [
          {
            kind: 'mark',
            node: action.name,
            mark: action.labels[RESERVED_BY] ?? '',
            seen: world.marks[action.name] ?? '',
          },
        ]
      : [],
  );
}

function marked(node: Node, mark: string): Node {
  const labels = { ...node.metadata.labels, ...(mark !== '' && { [RESERVED_BY]: mark }) };
  return { ...node, metadata: { ...node.metadata, labels } };
}

function isRefused(world: World, write: Write): boolean {
  return write.kind === 'mark'
    ? world.marks[write.node] !== write.seen
    : !isSame(world.held[write.index] ?? [], write.seen);
}

function applied(world: World, write: Write): World {
  if (isRefused(world, write)) {
    return world;
  }
  return write.kind === 'mark'
    ? { ...world, marks: { ...world.marks, [write.node]: write.mark } }
    : { ...world, held: world.held.map((held, index) => (index === write.index ? write.held : held)) };
}

function done(world: World): World {
  const [first, ...rest] = world.pending[0] ?? [];
  return first === undefined ? world : done(withPending(applied(world, first), 0, isRefused(world, first) ? [] : rest));
}

function withPending(world: World, leader: number, writes: readonly Write[]): World {
  return { ...world, pending: world.pending.map((pending, index) => (index === leader ? writes : pending)) };
}

function isMarkedAsHeld({ held, marks }: World): boolean {
  return Object.entries(marks).every(([node, mark]) => {
    const holder = held.findIndex((names) => names.includes(node));
    return mark === (holder === -1 ? '' : `uid-${holder}`);
  });
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
