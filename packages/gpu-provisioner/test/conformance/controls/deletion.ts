import type { Control } from '@kaito/testkit';

const CORE = 'packages/gpu-provisioner/src/core';

/** Statements 38 to 47. */
export const deletionControls: readonly Control[] = [
  {
    statement: 40,
    name: 'a claim without a provider ID is let go though its pool is there',
    file: `${CORE}/deletion/plan-delete.ts`,
    edits: [
      {
        find: "  switch (pool.view.state) {\n    case 'Unknown':",
        replace:
          "  if (claim.providerId === undefined) return planRelease(observed);\n  switch (pool.view.state) {\n    case 'Unknown':",
      },
    ],
  },
  {
    statement: 41,
    name: 'every claim waits as if the answer to its create had been lost',
    file: `${CORE}/deletion/plan-delete.ts`,
    edits: [
      {
        find: "(isAnswered && refusal.failure.kind !== 'Transient')\n    ? claim.createdAt",
        replace:
          "(isAnswered && refusal.failure.kind !== 'Transient')\n    ? plusMs(last ?? claim.createdAt, settings.orphanGraceMs)",
      },
    ],
  },
  {
    statement: 42,
    name: 'a claim without a pool is never let go',
    file: `${CORE}/deletion/plan-delete.ts`,
    edits: [{ find: 'return planAbsentPool(observed, pool.view);', replace: 'return { actions: [] };' }],
  },
  {
    statement: 45,
    name: 'a pool that is being deleted is deleted again at every look',
    file: `${CORE}/deletion/plan-pool-deletion.ts`,
    edits: [
      {
        find: 'return { ...planSlowness(observed, view), lookAt: deletionLookAt(observed, view) };',
        replace: 'return planRequest(observed, view, remove);',
      },
    ],
  },
  {
    statement: 47,
    name: 'the finalizers go as soon as the delete was accepted',
    file: `${CORE}/deletion/plan-delete.ts`,
    edits: [
      {
        find: "  if (view.pool.phase === 'Deleting' || own.length === 0) {",
        replace:
          "  if (view.pool.phase === 'Deleting') return planRelease(observed);\n  if (view.pool.phase === 'Deleting' || own.length === 0) {",
      },
    ],
  },
];
