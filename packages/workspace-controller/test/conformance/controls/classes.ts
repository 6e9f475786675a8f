import type { Control } from '@kaito/testkit';

const SOURCES = 'packages/workspace-controller/src';
const CLAIMS = `${SOURCES}/core/claims`;

/** Statements 62, 63 and 65: what a NodeClaim says, and of which class it is. */
export const classControls: readonly Control[] = [
  {
    statement: 62,
    name: 'the program starts, whatever the cluster knows',
    file: `${SOURCES}/program.ts`,
    edits: [
      { find: 'nodeClass: configuredClass(settings.nodes)', replace: "nodeClass: configuredClass({ kind: 'auto' })" },
    ],
  },
  {
    statement: 62,
    name: 'who may not start is not told which CRD is absent',
    file: `${SOURCES}/adapters/node-class-check.ts`,
    edits: [{ find: 'the cluster has no CRD ${name}, and so', replace: 'the cluster has no CRD, and so' }],
  },
  {
    statement: 62,
    name: "every NodeClaim is of gpu-provisioner's class",
    file: `${CLAIMS}/node-source.ts`,
    edits: [
      {
        find: "return 'nodeClass' in source ? source.nodeClass : KAITO_NODE_CLASS;",
        replace: 'return KAITO_NODE_CLASS;',
      },
      {
        find: "const source = configured.kind === 'auto'",
        replace:
          "const source: NodeSource = configured.kind === 'nodeclaim' ? { kind: 'nodeclaim', nodeClass: KAITO_NODE_CLASS } : configured.kind === 'auto'",
      },
    ],
  },
  {
    statement: 62,
    name: 'a NodePool is of a class by the name of the default',
    file: `${CLAIMS}/node-pool-manifest.ts`,
    edits: [{ find: '?? nodeClass.name;', replace: "?? 'default';" }],
  },
  {
    statement: 63,
    name: 'NodeClaims may be disrupted',
    file: `${CLAIMS}/node-claim-manifest.ts`,
    edits: [{ find: "[annotations.doNotDisrupt]: 'true', ", replace: '' }],
  },
  {
    statement: 63,
    name: 'NodeClaims get the age of the CRD',
    file: `${CLAIMS}/node-claim-manifest.ts`,
    edits: [{ find: "      expireAfter: 'Never',\n", replace: '' }],
  },
  {
    statement: 63,
    name: 'nodes of NodePools get the age of the CRD',
    file: `${CLAIMS}/node-pool-manifest.ts`,
    edits: [{ find: "          expireAfter: 'Never',\n", replace: '' }],
  },
  {
    statement: 65,
    name: 'every provisioner is asked for a disk',
    file: `${CLAIMS}/node-claim-manifest.ts`,
    edits: [{ find: '(isKaitoClass(nodeClass) && { resources', replace: "(nodeClass.name !== '' && { resources" }],
  },
  {
    statement: 65,
    name: 'a class of another kind in the group of gpu-provisioner counts as its own',
    file: `${CLAIMS}/node-class.ts`,
    edits: [{ find: ' && kind === KAITO_NODE_CLASS.kind', replace: " && kind !== ''" }],
  },
  {
    statement: 65,
    name: 'gpu-provisioner is not asked for a disk, either',
    file: `${CLAIMS}/node-claim-manifest.ts`,
    edits: [{ find: '(isKaitoClass(nodeClass) && { resources', replace: "(nodeClass.name === '' && { resources" }],
  },
];
