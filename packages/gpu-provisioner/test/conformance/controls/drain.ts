import type { Control } from '@kaito/testkit';

const CORE = 'packages/gpu-provisioner/src/core';

/** How a Node is emptied: statements 38, 39, 43, 44 and the conditions of 47. */
export const drainControls: readonly Control[] = [
  {
    statement: 38,
    name: 'pods are evicted from a Node that is open',
    file: `${CORE}/deletion/plan-emptying.ts`,
    edits: [{ find: '...(patch === undefined ? [] : ', replace: "...(patch !== undefined || name !== '' ? [] : " }],
  },
  {
    statement: 38,
    name: 'pods that object are evicted from the Nodes of NodeClaims, too',
    file: `${CORE}/deletion/drained-pods.ts`,
    edits: [
      {
        find: "api === 'NodeClaim' && metadata.annotations?.[annotations.doNotDisrupt] === 'true'",
        replace: "metadata.uid === ''",
      },
    ],
  },
  {
    statement: 38,
    name: 'a pod that a budget keeps is asked for again at once',
    file: `${CORE}/deletion/drain.ts`,
    edits: [{ find: 'RETRY_BASE_MS * 2 ** Math.min(count - 1, 30)', replace: 'RETRY_BASE_MS' }],
  },
  {
    statement: 39,
    name: 'pods that were told to end are not waited for',
    file: `${CORE}/deletion/drain.ts`,
    edits: [
      { find: 'if (waitedFor.length === 0 || ', replace: 'if (waitedFor.every(({ pod }) => isLeaving(pod)) || ' },
    ],
  },
  {
    statement: 43,
    name: 'pods are told at the deadline, not their own grace before it',
    file: `${CORE}/deletion/forced-removal.ts`,
    edits: [{ find: 'if (removalAt(pod, deadline) > now) {', replace: 'if (deadline > now) {' }],
  },
  {
    statement: 43,
    name: 'a pod that does not end is waited for past the deadline',
    file: `${CORE}/deletion/drain.ts`,
    edits: [{ find: ' || (deadline !== undefined && deadline <= now)) {', replace: ') {' }],
  },
  {
    statement: 43,
    name: 'the deadline is kept, and told to nobody',
    file: `${CORE}/deletion/plan-delete.ts`,
    edits: [{ find: 'if (stamp !== undefined) {', replace: "if (stamp !== undefined && claim.name === '') {" }],
  },
  {
    statement: 44,
    name: 'a Node that is being deleted concerns nobody',
    file: `${CORE}/nodes/plan-node.ts`,
    edits: [
      {
        find: 'if (node.metadata.deletionTimestamp !== undefined) {',
        replace: "if (node.metadata.deletionTimestamp !== undefined && node.metadata.name === '') {",
      },
    ],
  },
  {
    statement: 47,
    name: 'the end of a NodeClaim is not told',
    file: `${CORE}/deletion/plan-delete.ts`,
    edits: [{ find: '...tellLeaving(observed, { isTerminating })', replace: '' }],
  },
];
