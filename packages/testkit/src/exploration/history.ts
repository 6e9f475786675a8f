import * as fc from 'fast-check';

import type { CloudBehaviour } from '../cloud/behaviour.ts';
import { FAULT_KINDS } from '../simulation/fault.ts';
import type { Fault } from '../simulation/fault.ts';
import type { People } from './people.ts';
import type { Scenario, Step } from './scenario.ts';
import type { View } from './view.ts';

const NAMES = ['phi', 'other'] as const;

type Act = (people: People, view: View, name: string) => void;

function first(items: readonly { readonly metadata: { readonly name: string } }[]): string | undefined {
  return items[0]?.metadata.name;
}

/** What people do to a running system, each where there is something to do it to. */
const ACTS: Readonly<Record<string, Act>> = {
  creates: (people, view, name) => {
    if (view.workspace(name) === undefined) {
      people.apply(name);
    }
  },
  deletes: (people, _view, name) => {
    people.delete(name);
  },
  annotates: (people, view, name) => {
    if (view.workspace(name) !== undefined) {
      people.annotate(name);
    }
  },
  'deletes the Machine of': (people, view, name) => {
    const machine = first(view.machinesOf(name));
    if (machine !== undefined) {
      people.deleteMachine(machine);
    }
  },
  'deletes the Node of': (people, view, name) => {
    const pool = first(view.machinesOf(name));
    const node = first(view.nodes.filter(({ metadata }) => metadata.labels?.['agentpool'] === pool));
    if (node !== undefined) {
      people.deleteNode(node);
    }
  },
  'removes the pool of': (people, view, name) => {
    people.removePool(first(view.machinesOf(name)) ?? 'none');
  },
  'sees the VM go of': (people, view, name) => {
    people.removeVm(first(view.machinesOf(name)) ?? 'none');
  },
};

export interface History {
  readonly cloud: Partial<CloudBehaviour>;
  readonly acts: readonly { readonly act: string; readonly name: string; readonly afterMs: number }[];
  readonly faults: readonly Fault[];
}

const LONGEST_PAUSE_MS = 9_000;
const LAST_EFFECT = 150;

const histories: fc.Arbitrary<History> = fc.record({
  cloud: fc.constantFrom<Partial<CloudBehaviour>>(
    {},
    {},
    { mustAbort: true },
    { concurrency: 'serial' },
    { listLagMs: 500 },
  ),
  acts: fc.array(
    fc.record({
      act: fc.oneof({ weight: 3, arbitrary: fc.constant('creates') }, fc.constantFrom(...Object.keys(ACTS))),
      name: fc.constantFrom(...NAMES),
      afterMs: fc.nat(LONGEST_PAUSE_MS),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  faults: fc.array(fc.record({ effect: fc.nat(LAST_EFFECT), kind: fc.constantFrom(...FAULT_KINDS) }), { maxLength: 3 }),
});

/** The history that this seed stands for. */
export function historyOf(seed: number): History {
  const [history] = fc.sample(histories, { seed, numRuns: 1 });
  if (history === undefined) {
    throw new Error('fast-check made nothing');
  }
  return history;
}

/** In the end everything is deleted, and nothing may be left of it. */
export function scenarioOf({ acts, cloud }: History): Scenario {
  const steps: readonly Step[] = acts.map(({ act, afterMs, name }) => ({
    what: `${act} ${name}`,
    when: () => true,
    afterMs,
    act: (people, view) => {
      ACTS[act]?.(people, view, name);
    },
  }));
  const clean: Step = {
    what: 'deletes everything',
    when: () => true,
    afterMs: LONGEST_PAUSE_MS,
    act: (people) => {
      NAMES.forEach((name) => {
        people.delete(name);
      });
    },
  };
  return { name: 'history', cloud, steps: [...steps, clean], goal: (view) => view.leftovers.length === 0 };
}

/** The smallest history that still breaks something, tried from the one of this seed; undefined when that does not. */
export async function shrunk(
  seed: number,
  breaks: (history: History) => Promise<boolean>,
): Promise<History | undefined> {
  const property = fc.asyncProperty(histories, async (history) => !(await breaks(history)));
  const { counterexample } = await fc.check(property, { seed, numRuns: 1, endOnFailure: false });
  return counterexample?.[0];
}
