import { claimName } from '@kaito/types';

import type { Scenario } from '../scenario.ts';
import { atOnce, create, isNothingLeft, NAME, removeWhenReady } from './steps.ts';

/** Others use the same cluster and the same cloud. */
export const strangers: readonly Scenario[] = [
  {
    name: "beside somebody else's pools and claims",
    steps: [
      {
        ...create,
        act: (people) => {
          people.addForeignPool('theirs', { apps: NAME });
          people.createForeignMachine('wstheirs');
          people.apply(NAME);
        },
      },
      removeWhenReady,
    ],
    goal: (view) => view.workspace(NAME) === undefined && view.pools.length === 1 && view.machines.length === 1,
  },
  {
    name: "somebody else's pool has the name of the claim",
    steps: [
      {
        ...create,
        act: (people, view) => {
          people.apply(NAME);
          people.addForeignPool(claimName(view.workspace(NAME)?.metadata.uid ?? '', 0));
        },
      },
      { ...removeWhenReady, when: atOnce, afterMs: 4_000 },
    ],
    goal: (view) => view.workspace(NAME) === undefined && view.machines.length === 0 && view.pools.length === 1,
  },
  {
    name: 'somebody else guards the Workspace, too',
    steps: [
      {
        ...create,
        act: (people) => {
          people.apply(NAME);
        },
      },
      {
        what: 'adds a finalizer',
        when: (view) => view.workspace(NAME) !== undefined,
        afterMs: 1,
        act: (people) => {
          people.guard(NAME);
        },
      },
      removeWhenReady,
      {
        what: 'takes the finalizer away',
        when: (view) => view.machines.length === 0,
        afterMs: 100,
        act: (people) => {
          people.unguard(NAME);
        },
      },
    ],
    goal: isNothingLeft,
  },
];
