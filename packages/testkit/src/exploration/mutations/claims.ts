import type { Mutation } from './mutation.ts';

const PROVISIONER = 'packages/gpu-provisioner/src';
const WORKSPACE = 'packages/workspace-controller/src';
const RUNTIME = 'packages/controller-runtime/src';

/** What goes wrong with objects, their owners and their guards. */
export const claimMutations: readonly Mutation[] = [
  {
    name: 'duplicate claim after a cached read misses',
    file: `${WORKSPACE}/core/claims/plan-claims.ts`,
    edits: [
      {
        find: 'function freeNames({ workspace, claims, foreignClaimNames }: Observed, count: number)',
        replace: 'function freeNames({ workspace, claims, foreignClaimNames, now }: Observed, count: number)',
      },
      {
        find: 'slotName(workspace.metadata.uid, slot,',
        replace: 'slotName(`${workspace.metadata.uid}/${now.getTime()}`, slot,',
      },
    ],
    invariant: 'never more nodes than asked for',
    scenario: 'create',
  },
  {
    name: 'claim re-created while the first is deleting',
    file: `${WORKSPACE}/core/claims/plan-claims.ts`,
    edits: [
      {
        find: 'slotName(workspace.metadata.uid, slot,',
        replace:
          'slotName(workspace.metadata.uid, slot + claims.filter((one) => one.metadata.deletionTimestamp !== undefined).length,',
      },
    ],
    invariant: 'never more nodes than asked for',
    scenario: 'a person deletes the Machine',
  },
  {
    name: 'all finalizers removed',
    file: `${WORKSPACE}/execute.ts`,
    edits: [{ find: 'RemoveFinalizer: withoutFinalizer', replace: 'RemoveFinalizer: () => []' }],
    invariant: "nobody else's finalizer is removed",
    scenario: 'somebody else guards the Workspace, too',
  },
  {
    name: 'conflict answered by overwriting',
    file: `${WORKSPACE}/adapters/world.ts`,
    edits: [
      {
        find: 'const body = { metadata: { resourceVersion: metadata.resourceVersion, finalizers: list } };',
        replace: 'const body = { metadata: { finalizers: list } };',
      },
    ],
    invariant: "nobody else's finalizer is removed",
    scenario: 'somebody else guards the Workspace, too',
  },
  {
    name: 'hot requeue',
    file: `${PROVISIONER}/reconcile.ts`,
    edits: [{ find: 'return decided.requeueAfterMs;', replace: 'return decided.requeueAfterMs ?? 5;' }],
    invariant: 'at rest nobody works',
    scenario: 'create',
  },
  {
    name: 'Node deleted again until it is seen to go',
    file: `${PROVISIONER}/core/deletion/plan-emptying.ts`,
    edits: [{ find: '...(!isTold && { requeueAfterMs: 0 })', replace: 'requeueAfterMs: 0' }],
    invariant: 'no object is written over and over',
    scenario: 'create and delete',
  },
  {
    name: 'leader that writes after losing the lease',
    file: `${RUNTIME}/leader.ts`,
    edits: [{ find: "  tenure.lost.signal.addEventListener('abort', stop, { once: true });\n", replace: '' }],
    invariant: 'only the leader writes',
    scenario: 'create and delete',
  },
];
