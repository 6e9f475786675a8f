import type { Control } from '@kaito/testkit';

const SOURCES = 'packages/workspace-controller/src';

/** Statements 61 and 64: what is written on claims and Nodes, and how claims are named. */
export const writeControls: readonly Control[] = [
  {
    statement: 61,
    name: 'claims are made with the finalizer of their provisioner',
    file: `${SOURCES}/core/claims/machine-manifest.ts`,
    edits: [
      {
        find: '    metadata: {\n      name,',
        replace: "    metadata: {\n      name,\n      finalizers: ['karpenter.sh/termination'],",
      },
    ],
  },
  {
    statement: 61,
    name: 'claims are made with a status',
    file: `${SOURCES}/adapters/claims.ts`,
    edits: [
      {
        find: 'return await kubernetes.create({ type, manifest, fieldManager: fieldManagers.workspaceController }, signal);',
        replace:
          "const made = await kubernetes.create({ type, manifest, fieldManager: fieldManagers.workspaceController }, signal);\n    return await kubernetes.patch({ type, key: made.metadata, subresource: 'status', body: { status: { nodeName: '' } }, fieldManager: fieldManagers.workspaceController }, signal);",
      },
    ],
  },
  {
    statement: 61,
    name: 'Nodes are marked as initialized when they are labelled',
    file: `${SOURCES}/core/nodes/plan-labels.ts`,
    edits: [
      {
        find: "const ACCELERATOR = { [labels.accelerator]: 'nvidia' };",
        replace: "const ACCELERATOR = { [labels.accelerator]: 'nvidia', [labels.initialized]: 'yes' };",
      },
    ],
  },
  {
    statement: 64,
    name: 'all Workspaces of one name name their claims alike',
    file: `${SOURCES}/core/claims/plan-claims.ts`,
    edits: [{ find: 'slotName(workspace.metadata.uid, slot,', replace: 'slotName(workspace.metadata.name, slot,' }],
  },
  {
    statement: 64,
    name: 'claims are named after their Workspace',
    file: `${SOURCES}/core/claims/claim-names.ts`,
    edits: [
      {
        find: 'return claimName(workspaceUid, slot, salt);',
        replace: 'return `${claimName(workspaceUid, slot, salt)}-${slot}`;',
      },
    ],
  },
  {
    statement: 64,
    name: 'a taken name is asked for again and again',
    file: `${SOURCES}/core/claims/plan-claims.ts`,
    edits: [
      {
        find: '(name) => foreignClaimNames.includes(name)',
        replace: '(name) => foreignClaimNames.includes(`${name}-`)',
      },
    ],
  },
];
