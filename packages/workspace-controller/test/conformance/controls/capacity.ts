import type { Control } from '@kaito/testkit';

const CORE = 'packages/workspace-controller/src/core';

/** Statement 59. */
export const capacityControls: readonly Control[] = [
  {
    statement: 59,
    name: 'a claim that vanished is made again at once',
    file: `${CORE}/claims/attempts.ts`,
    edits: [{ find: 'return at > nowMs ? at : undefined;', replace: 'return at > nowMs + 9e9 ? at : undefined;' }],
  },
  {
    statement: 59,
    name: 'every wait is as long as the first',
    file: `${CORE}/claims/attempts.ts`,
    edits: [{ find: 'claimBackoff.baseMs * 2 ** (round - 1)', replace: 'claimBackoff.baseMs * 2 ** (round - round)' }],
  },
  {
    statement: 59,
    name: 'the event of the provisioner is not read',
    file: `${CORE}/nodes/nodes-hold.ts`,
    edits: [
      { find: 'failure?.message ?? observed.recordedRefusal;', replace: 'failure?.message;' },
      { find: 'lastFailure ?? observed.recordedRefusal ?? vanished', replace: 'lastFailure ?? vanished' },
    ],
  },
  {
    statement: 59,
    name: 'what was said of the claim before counts for the one that is there now',
    file: `packages/workspace-controller/src/adapters/refusals.ts`,
    edits: [{ find: 'createdMs(refusal) >= sinceMs', replace: 'sinceMs !== undefined' }],
  },
];
