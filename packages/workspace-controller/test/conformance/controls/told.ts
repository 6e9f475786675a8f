import type { Control } from '@kaito/testkit';

const CORE = 'packages/workspace-controller/src/core';

/** Statements 60 and 67: what claims and Nodes tell. */
export const toldControls: readonly Control[] = [
  {
    statement: 60,
    name: 'a claim brings its node only when it tells what the node has',
    file: `${CORE}/nodes/bought.ts`,
    edits: [
      {
        find: 'return isOf(claim, node) && isClaimReady(claim);',
        replace: "return isOf(claim, node) && isClaimReady(claim) && 'capacity' in Object(claim.status);",
      },
    ],
  },
  {
    statement: 67,
    name: 'GPUs are those of the capacity, whether or not they can be had',
    file: `${CORE}/nodes/gpus.ts`,
    edits: [
      {
        find: 'status.allocatable?.[GPU]',
        replace: 'Object(status).capacity?.[GPU]',
      },
    ],
  },
  {
    statement: 67,
    name: 'nobody asks whether a Node has GPUs',
    file: `${CORE}/nodes/nodes-hold.ts`,
    edits: [
      {
        find: 'fleet.workers.filter((node) => gpusOf(node) === 0)',
        replace: 'fleet.workers.filter((node) => gpusOf(node) < 0)',
      },
    ],
  },
];
