import type { Control } from '@kaito/testkit';

const SOURCES = 'packages/workspace-controller/src';
const CORE = `${SOURCES}/core`;

/** Statements 66 and 68: claims that are ill, and claims that end. */
export const lifeControls: readonly Control[] = [
  {
    statement: 66,
    name: 'a claim that is not Ready does not count',
    file: `${CORE}/nodes/bought.ts`,
    edits: [
      {
        find: 'const claims = observed.claims.filter((claim) => !isLeaving(claim));',
        replace:
          'const claims = observed.claims.filter((claim) => !isLeaving(claim) && (isClaimReady(claim) || claim.status?.nodeName === undefined));',
      },
    ],
  },
  {
    statement: 66,
    name: 'a claim that leaves is replaced under another name',
    file: `${CORE}/claims/plan-claims.ts`,
    edits: [
      {
        find: 'slotName(workspace.metadata.uid, slot,',
        replace:
          'slotName(workspace.metadata.uid, slot + claims.filter((one) => one.metadata.deletionTimestamp !== undefined).length,',
      },
    ],
  },
  {
    statement: 66,
    name: 'the workload goes on counting on a claim that is not Ready',
    file: `${CORE}/nodes/bought.ts`,
    edits: [
      {
        find: 'return isOf(claim, node) && isClaimReady(claim);',
        replace: 'return isOf(claim, node);',
      },
    ],
  },
  {
    statement: 68,
    name: 'the finalizer goes once all claims are being deleted',
    file: `${CORE}/plan-delete.ts`,
    edits: [
      { find: '...nodes, ...claims, ...pooledNodes(observed)', replace: '...nodes.filter((one) => !isLeaving(one))' },
    ],
  },
  {
    statement: 68,
    name: 'one claim is deleted after the other',
    file: `${CORE}/plan-delete.ts`,
    edits: [
      {
        find: '...claims.filter((claim) => !isPooled(claim))',
        replace: '...claims.filter((claim) => claims.every(({ metadata }) => metadata.name >= claim.metadata.name))',
      },
    ],
  },
  {
    statement: 68,
    name: 'claims are left to the garbage collector',
    file: `${CORE}/plan-delete.ts`,
    edits: [
      {
        find: '...claims.filter((claim) => !isPooled(claim))',
        replace: '...claims.filter((claim) => isPooled(claim))',
      },
    ],
  },
  {
    statement: 68,
    name: 'only what the cache shows is looked at before the end',
    file: `${SOURCES}/adapters/observe.ts`,
    edits: [
      {
        find: 'return isLastLook ? sources.lastLooks.claimsOf(workspace, signal) : cached;',
        replace: 'return cached;',
      },
    ],
  },
];
