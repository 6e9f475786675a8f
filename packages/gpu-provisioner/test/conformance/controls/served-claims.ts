import type { Control } from '@kaito/testkit';

const SOURCES = 'packages/gpu-provisioner/src';

/** Whose claims they are, and who works on them: statements 1 to 4, 8, 9, 51, 56, 57. */
export const servedClaimControls: readonly Control[] = [
  {
    statement: 1,
    name: 'the attempt is recorded without the finalizer',
    file: `${SOURCES}/core/launch/plan-hunt.ts`,
    edits: [
      {
        find: '      finalizers: withFinalizer(claim.finalizers, finalizers.termination),\n      annotations: { [annotations.createAttempts]',
        replace: '      annotations: { [annotations.createAttempts]',
      },
    ],
  },
  {
    statement: 2,
    name: 'every NodeClaim is served, whatever its class',
    file: `${SOURCES}/core/front-ends/node-claim.ts`,
    edits: [{ find: '(group === CLASS.group && kind === CLASS.kind)', replace: "(group + kind !== '')" }],
  },
  {
    statement: 3,
    name: 'every Machine is served',
    file: `${SOURCES}/core/front-ends/machine.ts`,
    edits: [
      { find: 'return labels.workspace in own || labels.ragEngine in own;', replace: 'return own !== undefined;' },
    ],
  },
  {
    statement: 4,
    name: 'a NodeClaim needs a label of Kaito, whatever its class',
    file: `${SOURCES}/core/front-ends/node-claim.ts`,
    edits: [{ find: '(group === CLASS.group && kind === CLASS.kind)', replace: "group + kind === ''" }],
  },
  {
    statement: 8,
    name: 'a create changes a pool that is there',
    file: `${SOURCES}/adapters/azure/agent-pools.ts`,
    edits: [{ find: "{ ...seen, ifNoneMatch: '*' }", replace: 'seen' }],
  },
  {
    statement: 9,
    name: 'the provider ID is written anew with every status',
    file: `${SOURCES}/core/claim/claim-status.ts`,
    edits: [
      {
        find: 'providerID: current.providerID ?? providerId',
        replace: 'providerID: `${providerId}/${claim.resourceVersion}`',
      },
    ],
  },
  {
    statement: 51,
    name: 'a list that names nothing is believed as if each pool had been asked for',
    file: `${SOURCES}/core/pools/pool-table.ts`,
    edits: [
      { find: '    if (pools.length === 0) {\n      return;\n    }\n', replace: '' },
      {
        find: "return { state: 'Absent', observedAt: at, evidence: 'List', wasDeleting: false };",
        replace: "return { state: 'Absent', observedAt: at, evidence: 'Lookup', wasDeleting: false };",
      },
    ],
  },
  {
    statement: 57,
    name: 'the figures of Nodes are kept to itself',
    file: `${SOURCES}/metrics/node-metrics.ts`,
    edits: [{ find: "'karpenter_nodes_lifetime_duration_seconds'", replace: "'karpenter_nodes_lifetime_seconds'" }],
  },
  {
    statement: 56,
    name: 'a lease that was not renewed is never given up',
    file: 'packages/controller-runtime/src/leader.ts',
    edits: [
      {
        find: 'if (context.clock.now().getTime() - tenure.renewedAtMs >= context.renewDeadlineMs) {',
        replace: 'if (context.clock.now().getTime() < 0) {',
      },
      { find: "renewed in time');\n    lost.abort();", replace: "renewed in time');" },
    ],
  },
];
