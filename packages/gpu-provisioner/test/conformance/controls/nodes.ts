import type { Control } from '@kaito/testkit';

const SOURCE = 'packages/gpu-provisioner/src';
const CORE = `${SOURCE}/core`;

/** Registration and initialization: statements 25 to 36. */
export const nodeControls: readonly Control[] = [
  {
    statement: 25,
    name: 'the owner of a Node may go before it',
    file: `${CORE}/nodes/node-patch.ts`,
    edits: [{ find: 'blockOwnerDeletion: true', replace: 'blockOwnerDeletion: false' }],
  },
  {
    statement: 25,
    name: 'the taints of the claim stay away from its Node',
    file: `${CORE}/nodes/node-patch.ts`,
    edits: [{ find: '[...claim.taints, ...claim.startupTaints]', replace: '[...claim.taints]' }],
  },
  {
    statement: 26,
    name: 'any Node of the pool is taken',
    file: `${CORE}/nodes/node-match.ts`,
    edits: [
      {
        find: 'const same = candidates.filter(({ spec }) => spec.providerID === providerId);',
        replace: 'const same = candidates;',
      },
      {
        find: 'const known = claim.nodeUid === undefined ? same[0] : same.find(({ metadata }) => metadata.uid === claim.nodeUid);',
        replace: 'const known = same[0];',
      },
      { find: 'same.length > 1 && !isInitialized(known)', replace: 'same.length > 9' },
    ],
  },
  {
    statement: 27,
    name: 'of several Nodes the first is taken',
    file: `${CORE}/nodes/node-match.ts`,
    edits: [{ find: 'same.length > 1 && !isInitialized(known)', replace: 'same.length > 9' }],
  },
  {
    statement: 28,
    name: 'the labels of the claim stay away from its Node',
    file: `${CORE}/nodes/node-patch.ts`,
    edits: [
      {
        find: "labels: { ...claimLabels, [labels.registered]: 'true' }",
        replace: "labels: { [labels.registered]: 'true' }",
      },
    ],
  },
  {
    statement: 29,
    name: 'the unregistered taint stays',
    file: `${CORE}/nodes/node-patch.ts`,
    edits: [
      {
        find: "claim.api === 'Machine' ? merged : merged.filter(",
        replace: "claim.api !== '' ? merged : merged.filter(",
      },
    ],
  },
  {
    statement: 30,
    name: 'a Node is not asked whether its taints may be synced',
    file: `${CORE}/nodes/node-patch.ts`,
    edits: [
      {
        find: "claim.api === 'NodeClaim' && metadata.labels?.[labels.doNotSyncTaints] === 'true'",
        replace: "metadata.uid === ''",
      },
    ],
  },
  {
    statement: 31,
    name: 'nobody says which Node it is',
    file: `${CORE}/claim/claim-status.ts`,
    edits: [{ find: '{ nodeName: node.metadata.name }', replace: '{}' }],
  },
  {
    statement: 32,
    name: 'a startup taint is told as a Node that is not Ready',
    file: `${CORE}/nodes/initialization.ts`,
    edits: [{ find: 'reason: reasons.startupTaintsExist', replace: 'reason: reasons.nodeNotReady' }],
  },
  {
    statement: 32,
    name: 'the taints of readiness gates are not waited for',
    file: `${CORE}/nodes/ephemeral-taints.ts`,
    edits: [{ find: "'readiness.k8s.io/'", replace: "'readiness.example.com/'" }],
  },
  {
    statement: 33,
    name: 'the disk is waited for like a device',
    file: `${CORE}/nodes/initialization.ts`,
    edits: [{ find: "const IGNORED_RESOURCE = 'storage';", replace: "const IGNORED_RESOURCE = 'disk';" }],
  },
  {
    statement: 34,
    name: 'Nodes are looked at when their pool is',
    file: `${SOURCE}/controller.ts`,
    edits: [{ find: '  claims.watch(informers.nodes, (change) => namesOfNode(change, informers));\n', replace: '' }],
  },
  {
    statement: 35,
    name: 'the Node is held against the claim for ever',
    file: `${CORE}/progress.ts`,
    edits: [{ find: 'isInitialized(node) ? undefined : initializationBlocker', replace: 'initializationBlocker' }],
  },
  {
    statement: 36,
    name: 'what the Node can do is not told',
    file: `${CORE}/claim/claim-status.ts`,
    edits: [{ find: '{ capacity: node.status.capacity }', replace: '{}' }],
  },
];
