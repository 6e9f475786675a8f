import type { CloudFailure } from '@kaito/gpu-provisioner';

import { conditionOf } from '../fields.ts';
import type { Scenario } from '../scenario.ts';
import { atOnce, create, isNothingLeft, isReadyAndServing, NAME, removeWhenReady } from './steps.ts';

const noCapacity: CloudFailure = {
  kind: 'SkuUnavailable',
  code: 'AllocationFailed',
  message: 'Allocation failed. We do not have sufficient capacity for the requested VM size in this region.',
};

const outOfQuota: CloudFailure = {
  kind: 'QuotaExceeded',
  code: 'QuotaExceeded',
  message: 'Operation could not be completed as it results in exceeding approved Total Regional Cores quota.',
  quota: { family: 'standardNCSv3Family', limit: 0, used: 0, needed: 6 },
};

/** What cannot be had. */
export const refusals: readonly Scenario[] = [
  {
    name: 'the quota is used up, and raised',
    steps: [
      {
        ...create,
        act: (people) => {
          people.cloud.refuseNext('create', outOfQuota, 2);
          people.apply(NAME);
        },
      },
    ],
    goal: isReadyAndServing,
  },
  {
    name: 'an accepted creation fails for want of capacity',
    steps: [
      {
        ...create,
        act: (people) => {
          people.cloud.fateOfNext('create', { kind: 'Fails', failure: noCapacity });
          people.apply(NAME);
        },
      },
    ],
    goal: isReadyAndServing,
  },
  {
    name: 'a failed creation leaves its VM behind, and the user gives up',
    steps: [
      {
        ...create,
        act: (people) => {
          people.cloud.fateOfNext('create', { kind: 'Fails', failure: noCapacity, leavesVm: true });
          people.apply(NAME);
        },
      },
      { ...removeWhenReady, when: (view) => view.pools.some(({ phase }) => phase === 'Failed') },
    ],
    goal: isNothingLeft,
  },
  {
    name: 'a Workspace that cannot run',
    steps: [
      {
        ...create,
        act: (people) => {
          people.apply(NAME, { preset: 'no-such-model' });
        },
      },
    ],
    goal: (view) => {
      const workspace = view.workspace(NAME);
      const ready = workspace === undefined ? undefined : conditionOf(workspace, 'WorkspaceReady');
      return ready?.status === 'False' && ready.reason === 'workspaceFailed' && view.pools.length === 0;
    },
  },
  {
    name: 'the quota stays used up, and the user gives up',
    steps: [
      {
        ...create,
        act: (people) => {
          people.cloud.refuseNext('create', outOfQuota, 1000);
          people.apply(NAME);
        },
      },
      { ...removeWhenReady, when: atOnce, afterMs: 100_000 },
    ],
    goal: isNothingLeft,
  },
];
