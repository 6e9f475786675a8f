import type { Control } from '@kaito/testkit';

const SOURCE = 'packages/gpu-provisioner/src';
const CORE = `${SOURCE}/core`;

/** Statements 37 and 48 to 53. */
export const lossControls: readonly Control[] = [
  {
    statement: 37,
    name: 'a claim whose Node vanished waits for it for ever',
    file: `${CORE}/nodes/plan-loss.ts`,
    edits: [{ find: '?? planReturn(observed);', replace: '?? planReturn(observed) ?? { actions: [] };' }],
  },
  {
    statement: 46,
    name: 'a pool whose deletion failed is not deleted again',
    file: `${CORE}/deletion/plan-pool-deletion.ts`,
    edits: [
      {
        find: "    case 'Failed':\n",
        replace:
          "    case 'Failed':\n      if (view.pool.failure?.code === 'PodDrainFailure') return { actions: [] };\n",
      },
    ],
  },
  {
    statement: 46,
    name: 'disruption budgets hold up every delete',
    file: `${SOURCE}/adapters/azure/agent-pools.ts`,
    edits: [{ find: 'ignorePodDisruptionBudget: true', replace: 'ignorePodDisruptionBudget: false' }],
  },
  {
    statement: 48,
    name: 'what has no claim is looked at and left',
    file: `${CORE}/collection/plan-orphan.ts`,
    edits: [
      {
        find: '  const plan = planPoolDeletion(observed, view, collection);',
        replace: '  const plan: Plan = { actions: [] };',
      },
    ],
  },
  {
    statement: 48,
    name: 'pools with another mark are collected as well',
    file: `${CORE}/collection/plan-orphan.ts`,
    edits: [
      {
        find: '    const isOurs = mark.cluster === clusterId && mark.claim === pool.name;',
        replace: "    const isOurs = clusterId !== '';",
      },
    ],
  },
  {
    statement: 49,
    name: 'one look is proof enough',
    file: `${CORE}/collection/plan-orphan.ts`,
    edits: [
      {
        find: '  const waiting = view.pool.phase',
        replace: "  const waiting = view.state === 'Present' ? undefined : view.pool.phase",
      },
    ],
  },
  {
    statement: 49,
    name: 'the collector does not ask whether there is a claim',
    file: `${SOURCE}/execute.ts`,
    edits: [
      {
        find: '  const claims = await context.world.cluster.getClaims(observed.name, context.signal);\n',
        replace: '  const claims = observed.claim === undefined ? [] : [observed.claim];\n',
      },
    ],
  },
  {
    statement: 50,
    name: 'a pool that a list leaves out is never asked for',
    file: `${CORE}/nodes/plan-node.ts`,
    edits: [
      {
        find: "  if (!isReady(node) && isRegistered(node, claim) && observed.pool.view.state === 'Absent') {\n    return planDoubt(observed) ?? planVanishedPool(observed, node);\n  }",
        replace: '',
      },
      {
        find: '(isReady(node) ? undefined : planDoubt(observed, [node])) ?? planDeletedNode(observed, node)',
        replace: '{ actions: [] }',
      },
    ],
  },
  {
    statement: 53,
    name: 'no number of losses is too great',
    file: `${CORE}/collection/vanishing.ts`,
    edits: [{ find: '    return isConfirmed ? undefined : alarm;', replace: '    return undefined;' }],
  },
  {
    statement: 53,
    name: 'collection never goes on',
    file: `${CORE}/collection/vanishing.ts`,
    edits: [{ find: '    return isConfirmed ? undefined : alarm;', replace: '    return alarm;' }],
  },
];
