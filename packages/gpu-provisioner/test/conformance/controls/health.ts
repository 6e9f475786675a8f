import type { Control } from '@kaito/testkit';

const CORE = 'packages/gpu-provisioner/src/core';

/** Conditions, and the health of Nodes: statements 22, 23 and 52. */
export const healthControls: readonly Control[] = [
  {
    statement: 22,
    name: 'conditions tell of no generation',
    file: `${CORE}/front-ends/node-claim.ts`,
    edits: [{ find: 'observedGeneration: generation,', replace: '' }],
  },
  {
    statement: 22,
    name: 'the first condition has the reason of the era of Machines',
    file: `${CORE}/front-ends/node-claim.ts`,
    edits: [{ find: 'NOT_LOOKED_AT.includes(reason) ? AWAITING : reason', replace: 'reason' }],
  },
  {
    statement: 23,
    name: 'Ready sums up nothing',
    file: `${CORE}/front-ends/machine.ts`,
    edits: [
      { find: ".filter(({ status }) => status === 'False')", replace: ".filter(({ status }) => status === 'Unknown')" },
    ],
  },
  {
    statement: 52,
    name: 'a Node has all the time in the world',
    file: `${CORE}/nodes/plan-repair.ts`,
    edits: [{ find: 'isGivenUp: true, plan: { actions,', replace: 'isGivenUp: false, plan: { actions: [],' }],
  },
  {
    statement: 52,
    name: 'nothing switches the repair off',
    file: `${CORE}/nodes/node-health.ts`,
    edits: [{ find: 'since === undefined || !isNodeRepairOn', replace: 'since === undefined' }],
  },
  {
    statement: 52,
    name: 'no number of unhealthy Nodes is too great',
    file: `${CORE}/collection/blast-radius.ts`,
    edits: [{ find: 'affected > 1 &&', replace: 'affected > 99 &&' }],
  },
];
