import type { Mutation } from './mutation.ts';

const PROVISIONER = 'packages/gpu-provisioner/src';
const WORKSPACE = 'packages/workspace-controller/src';

/** What goes wrong with what is said. */
export const truthMutations: readonly Mutation[] = [
  {
    name: 'unready node counted as ready',
    file: `${PROVISIONER}/core/nodes/initialization.ts`,
    edits: [
      {
        find: '  if (!isReady(node)) {\n    return {',
        replace: '  if (!isReady(node)) {\n    return undefined;\n    return {',
      },
    ],
    invariant: 'Ready is said only while it is so',
    scenario: 'create',
  },
  {
    name: 'status write on every pass',
    file: `${WORKSPACE}/core/status/plan-status.ts`,
    edits: [
      {
        find: '  { workspace }: Observed,\n  status: WorkspaceStatus,\n  reserves: readonly string[] = [],\n): readonly Action[] {\n',
        replace:
          '  { now, workspace }: Observed,\n  told: WorkspaceStatus,\n  reserves: readonly string[] = [],\n): readonly Action[] {\n' +
          '  const lastTransitionTime = now.toISOString();\n' +
          '  const conditions = told.conditions?.map((condition) => ({ ...condition, lastTransitionTime }));\n' +
          '  const status = { ...told, ...(conditions && { conditions }) };\n',
      },
    ],
    invariant: 'no object is written over and over',
    scenario: 'create',
  },
  {
    name: 'status repeated every second',
    file: `${WORKSPACE}/core/plan.ts`,
    edits: [
      {
        find: 'const requeueAfterMs = untilNextDeadlineMs(situation);',
        replace: 'const requeueAfterMs = Math.min(untilNextDeadlineMs(situation) ?? 1_000, 1_000);',
      },
      {
        find: '...statusActions(observed, statusOf(situation), namesOf(fleet.reserved)),',
        replace: "{ kind: 'WriteStatus', status: statusOf(situation) },",
      },
    ],
    invariant: 'at rest nothing is written',
    scenario: 'create',
  },
  {
    name: 'Node joined by name',
    file: `${PROVISIONER}/core/nodes/node-match.ts`,
    edits: [
      {
        find: 'const candidates = nodes.filter((node) => isOfThisLife(node, claim));',
        replace: 'const candidates = nodes;',
      },
    ],
    invariant: 'Ready is said only while it is so',
    scenario: 'the Node of an earlier claim is still there',
  },
  {
    name: 're-used providerID taken for the old node',
    file: `${PROVISIONER}/core/nodes/node-match.ts`,
    edits: [
      {
        find: 'same.find(({ metadata }) => metadata.uid === claim.nodeUid);',
        replace: 'same[0];',
      },
    ],
    invariant: 'a claim goes with the Node that it took',
    scenario: 'another Node takes the place of the first',
  },
  {
    name: 'Deployments not waited for after a start',
    file: `${WORKSPACE}/controller.ts`,
    edits: [
      {
        find: '  workspaces.watch(informers.deployments, keysOfOwned);\n',
        replace:
          '  informers.deployments.onChange((change) => {\n' +
          '    keysOfOwned(change).forEach((key) => {\n' +
          '      workspaces.enqueue(key);\n' +
          '    });\n' +
          '  });\n',
      },
    ],
    invariant: 'what serves is not said to wait',
    scenario: 'the workspace-controller starts again',
  },
];
