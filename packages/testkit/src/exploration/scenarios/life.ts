import type { Scenario } from '../scenario.ts';
import {
  atOnce,
  create,
  hasPool,
  isNothingLeft,
  isReadyAndServing,
  isToldReady,
  NAME,
  removeWhenReady,
} from './steps.ts';

/** What users do, and nothing goes wrong. */
export const lives: readonly Scenario[] = [
  { name: 'create', steps: [create], goal: isReadyAndServing },
  { name: 'create and delete', steps: [create, removeWhenReady], goal: isNothingLeft },
  {
    name: 'the workspace-controller starts again',
    steps: [
      create,
      {
        what: 'starts the workspace-controller again',
        when: isToldReady,
        act: (people) => {
          people.restartWorkspaceController();
        },
      },
    ],
    goal: isReadyAndServing,
  },
  {
    name: 'delete before anything came of it',
    steps: [create, { ...removeWhenReady, when: (view) => view.machinesOf(NAME).length > 0 }],
    goal: isNothingLeft,
  },
  {
    name: 'delete while the pool is being created',
    steps: [create, { ...removeWhenReady, when: hasPool }],
    goal: isNothingLeft,
  },
  {
    name: 'delete while a creation must be aborted first',
    cloud: { mustAbort: true },
    steps: [create, { ...removeWhenReady, when: hasPool }],
    goal: isNothingLeft,
  },
  {
    name: 'edit the image of a template',
    steps: [
      {
        ...create,
        act: (people) => {
          people.apply(NAME, { templateImage: 'example.com/server:1' });
        },
      },
      {
        what: 'changes the image',
        when: isToldReady,
        act: (people) => {
          people.apply(NAME, { templateImage: 'example.com/server:2' });
        },
      },
    ],
    goal: (view) =>
      isReadyAndServing(view) && view.pods.every((pod) => JSON.stringify(pod['spec']).includes('server:2')),
  },
  {
    name: 're-create under the same name',
    steps: [
      create,
      removeWhenReady,
      {
        what: 'creates it again',
        when: (view) => view.workspace(NAME) === undefined,
        act: (people) => {
          people.apply(NAME);
        },
      },
    ],
    goal: isReadyAndServing,
  },
  {
    name: 'two Workspaces that choose nodes by the same labels',
    steps: [
      {
        what: 'creates two Workspaces',
        when: atOnce,
        act: (people) => {
          people.apply(NAME, { apps: 'shared' });
          people.apply('other', { apps: 'shared' });
        },
      },
    ],
    goal: (view) => isReadyAndServing(view) && view.isToldReady('other') && view.pools.length === 2,
  },
  {
    name: 'two Workspaces where the cloud takes one operation at a time',
    cloud: { concurrency: 'serial' },
    steps: [
      {
        what: 'creates two Workspaces',
        when: atOnce,
        act: (people) => {
          people.apply(NAME);
          people.apply('other');
        },
      },
      {
        what: 'deletes both',
        when: (view) => view.isToldReady(NAME) && view.isToldReady('other'),
        act: (people) => {
          people.delete(NAME);
          people.delete('other');
        },
      },
    ],
    goal: isNothingLeft,
  },
  {
    name: 'two nodes for one Workspace',
    steps: [
      {
        ...create,
        act: (people) => {
          people.apply(NAME, { count: 2 });
        },
      },
    ],
    goal: (view) => isReadyAndServing(view) && view.pools.length === 2,
  },
  {
    name: 'create and delete where listings lag',
    cloud: { listLagMs: 400 },
    steps: [create, removeWhenReady],
    goal: isNothingLeft,
  },
];
