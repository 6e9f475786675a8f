import type { Control } from '@kaito/testkit';

const SOURCE = 'packages/gpu-provisioner/src';

/** Statements 54 and 55. */
export const figureControls: readonly Control[] = [
  {
    statement: 54,
    name: 'reads and deletes go on though Azure asked for silence',
    file: `${SOURCE}/patient-pools.ts`,
    edits: [{ find: 'leftMs > 0', replace: 'leftMs > 60_000' }],
  },
  {
    statement: 54,
    name: 'what Azure asks for is not read',
    file: `${SOURCE}/adapters/azure/call.ts`,
    edits: [{ find: "retryAfter: headers.get('retry-after')", replace: 'retryAfter: undefined' }],
  },
  {
    statement: 55,
    name: 'every claim looks at its own pool',
    file: `${SOURCE}/pool-looks.ts`,
    edits: [{ find: 'isWanted || dueSoon.length > FEW', replace: 'isWanted || dueSoon.length > 1_000' }],
  },
  {
    statement: 55,
    name: 'who was refused for another operation asks again at once',
    file: `${SOURCE}/core/pools/operation-gate.ts`,
    edits: [
      {
        find: 'const isFree = lesson === undefined || isCalm(lesson, request, transitions);',
        replace: 'const isFree = lesson === undefined || transitions.names.length >= 0;',
      },
    ],
  },
];
