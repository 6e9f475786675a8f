import type { Control } from './control.ts';

const CORE = 'packages/gpu-provisioner/src/core';

/** Whose claims they are, and the launch: statements 1 to 24. */
export const launchControls: readonly Control[] = [
  {
    statement: 7,
    name: 'a new process creates before it has looked at what exists',
    file: `${CORE}/launch/plan-launch.ts`,
    edits: [
      {
        find: "  if (pool.view.state === 'Unknown') {\n    return planUnknownPool(observed, vmSize);\n  }\n",
        replace: '',
      },
    ],
  },
];
