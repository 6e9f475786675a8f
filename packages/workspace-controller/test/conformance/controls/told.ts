import type { Control } from '@kaito/testkit';

const CORE = 'packages/workspace-controller/src/core';

/** Statements 60 and 67: what claims and Nodes tell. */
export const toldControls: readonly Control[] = [
  {
    statement: 60,
    name: 'a claim brings its node only when it tells what the node has',
    file: `${CORE}/nodes/fleet.ts`,
    edits: [
      {
        find: 'return claim.status?.nodeName === node.metadata.name && isClaimReady(claim);',
        replace:
          "return claim.status?.nodeName === node.metadata.name && isClaimReady(claim) && 'capacity' in claim.status;",
      },
    ],
  },
  {
    statement: 67,
    name: 'GPUs are those of the capacity, whether or not they can be had',
    file: `${CORE}/nodes/nodes.ts`,
    edits: [
      {
        find: "status.allocatable?.['nvidia.com/gpu']",
        replace: "Object(status).capacity?.['nvidia.com/gpu']",
      },
    ],
  },
  {
    statement: 67,
    name: 'nobody asks whether a Node has GPUs',
    file: `${CORE}/nodes/nodes-verdict.ts`,
    edits: [
      {
        find: 'fleet.workers.filter((node) => gpusOf(node) === 0)',
        replace: 'fleet.workers.filter((node) => gpusOf(node) < 0)',
      },
    ],
  },
];
