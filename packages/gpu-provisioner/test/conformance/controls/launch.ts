import type { Control } from '@kaito/testkit';

const CORE = 'packages/gpu-provisioner/src/core';

/** Whose claims they are, and the launch: statements 1 to 24. */
export const launchControls: readonly Control[] = [
  {
    statement: 7,
    name: 'a pool that is being made is asked for again',
    file: `${CORE}/launch/plan-launch.ts`,
    edits: [
      {
        find: "  if (pool.view.state === 'Present') {\n    return planExistingPool(observed, pool.view);\n  }\n",
        replace:
          "  if (pool.view.state === 'Present' && pool.view.pool.phase !== 'Creating') {\n    return planExistingPool(observed, pool.view);\n  }\n",
      },
    ],
  },
];
