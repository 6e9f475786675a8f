import type { Control } from '@kaito/testkit';

const SOURCES = 'packages/gpu-provisioner/src';

/** What claims ask for, where a place for them is sought, and how long: statements 5, 6, 10 to 21, 24. */
export const huntingControls: readonly Control[] = [
  {
    statement: 5,
    name: 'a name may be as long as it likes',
    file: `${SOURCES}/core/claim/claim-input.ts`,
    edits: [{ find: '/^[a-z][a-z0-9]{0,11}$/u', replace: '/^[a-z][a-z0-9]*$/u' }],
  },
  {
    statement: 6,
    name: 'without an instance type the platform is asked for any',
    file: `${SOURCES}/core/claim/wishes.ts`,
    edits: [
      {
        find: '  return isListed ? sizes : { isPossible: false, problem };',
        replace:
          "  return isListed ? sizes : { isPossible: true, isAsked: false, values: ['Standard_NC6s_v3'], ...(problem === '' && {}) };",
      },
    ],
  },
  {
    statement: 6,
    name: 'claim 101 is asked for all the same',
    file: `${SOURCES}/core/pools/cloud.ts`,
    edits: [{ find: 'export const MAX_POOLS = 100;', replace: 'export const MAX_POOLS = 1_000;' }],
  },
  {
    statement: 10,
    name: 'a launch counts when its Node can be used',
    file: `${SOURCES}/core/progress.ts`,
    edits: [
      {
        find: "return { launched: 'Done', registered: 'Done', initialized: blocker ?? 'Done', providerId, node };",
        replace:
          "return { launched: blocker ?? 'Done', registered: 'Done', initialized: blocker ?? 'Done', providerId, node };",
      },
    ],
  },
  {
    statement: 11,
    name: 'the pool has none of the taints',
    file: `${SOURCES}/core/launch/pool-spec.ts`,
    edits: [
      { find: 'nodeTaints: claim.taints.map(taintText),', replace: 'nodeTaints: claim.startupTaints.map(taintText),' },
    ],
  },
  {
    statement: 12,
    name: 'a bare number is bytes, whatever it is',
    file: `${SOURCES}/core/claim/disk-size.ts`,
    edits: [
      {
        find: 'isBare && value < GIB ? Math.ceil(value) : wholeGiB(value)',
        replace: 'isBare ? wholeGiB(value) : wholeGiB(value)',
      },
    ],
  },
  {
    statement: 12,
    name: 'a disk may be as large as it likes',
    file: `${SOURCES}/core/claim/disk-size.ts`,
    edits: [{ find: 'const MAX_GIB = 2048;', replace: 'const MAX_GIB = 1_000_000;' }],
  },
  {
    statement: 13,
    name: 'a claim must ask for storage, as with the Go original',
    file: `${SOURCES}/core/claim/disk-size.ts`,
    edits: [
      {
        find: '  if (storage === undefined) {\n    return 0;',
        replace: '  if (storage === undefined) {\n    return undefined;',
      },
    ],
  },
  {
    statement: 14,
    name: 'requirements win over the labels of the user',
    file: `${SOURCES}/core/nodes/plan-node.ts`,
    edits: [
      {
        find: '    ...Object.fromEntries(required),\n    ...claim.labels,\n',
        replace: '    ...claim.labels,\n    ...Object.fromEntries(required),\n',
      },
    ],
  },
  {
    statement: 15,
    name: 'a Machine waits for a missing instance for ever',
    file: `${SOURCES}/core/launch/plan-missing-instance.ts`,
    edits: [{ find: 'if (of !== claim.name ||', replace: 'if (of === claim.name ||' }],
  },
  {
    statement: 16,
    name: 'a passing refusal is repeated at once',
    file: `${SOURCES}/core/launch/attempts.ts`,
    edits: [
      { find: 'return Math.min(retryMaxMs, retryBaseMs *', replace: 'return 0 * Math.min(retryMaxMs, retryBaseMs *' },
    ],
  },
  {
    statement: 17,
    name: 'a claim without a place stays',
    file: `${SOURCES}/core/launch/plan-give-up.ts`,
    edits: [
      { find: '      remove,\n    ],', replace: '    ],' },
      {
        find: 'return { actions: [...tell(observed, sentence), remove] };',
        replace: 'return { actions: remove.kind ? [] : [] };',
      },
    ],
  },
  {
    statement: 18,
    name: 'Machines are given up without the sentence',
    file: `${SOURCES}/core/launch/plan-give-up.ts`,
    edits: [{ find: '...(isMachine ? tell({', replace: '...(!isMachine ? tell({' }],
  },
  {
    statement: 19,
    name: 'the figures of quotas are left out',
    file: `${SOURCES}/core/launch/failure-text.ts`,
    edits: [
      { find: "return figures.length === 0 ? name : `${name} (${figures.join(', ')})`;", replace: 'return name;' },
    ],
  },
  {
    statement: 20,
    name: 'the last size is tried first',
    file: `${SOURCES}/core/launch/candidates.ts`,
    edits: [{ find: 'return wishes.sizes.flatMap(', replace: 'return wishes.sizes.toReversed().flatMap(' }],
  },
  {
    statement: 20,
    name: 'what could not be had is remembered for a second',
    file: `${SOURCES}/core/offerings/offering-settings.ts`,
    edits: [{ find: 'allocationMs: 10 * MINUTE * timeScale', replace: 'allocationMs: SECOND * timeScale' }],
  },
  {
    statement: 20,
    name: 'on-demand comes before spot',
    file: `${SOURCES}/core/claim/wishes.ts`,
    edits: [{ find: "= ['spot', 'on-demand'];", replace: "= ['on-demand', 'spot'];" }],
  },
  {
    statement: 20,
    name: 'creates are not counted',
    file: `${SOURCES}/core/launch/plan-failure.ts`,
    edits: [
      {
        find: '  if (allowedAgainAt(claim.attempts, now, settings) === undefined) {',
        replace: '  if (allowedAgainAt([], now, settings) === undefined || claim.name === cause) {',
      },
    ],
  },
  {
    statement: 21,
    name: 'only one node class is known',
    file: `${SOURCES}/core/front-ends/node-claim.ts`,
    edits: [
      {
        find: '(group === CLASS.group && kind === CLASS.kind)',
        replace: "(group === CLASS.group && kind === CLASS.kind && spec.nodeClassRef.name === 'default')",
      },
    ],
  },
  {
    statement: 24,
    name: 'the limit of the launch counts while the cloud works',
    file: `${SOURCES}/core/launch/plan-launch.ts`,
    edits: [
      {
        find: 'const isJoinDue = pool.phase',
        replace:
          "if (plusMs(startedAt, settings.launchTimeoutMs) <= now) return planTimeout(observed, 'launch_timeout', pool.name);\n  const isJoinDue = pool.phase",
      },
    ],
  },
  {
    statement: 24,
    name: 'the launch has no limit',
    file: `${SOURCES}/core/launch/plan-timeout.ts`,
    edits: [{ find: 'settings.launchTimeoutMs - stalledMs', replace: 'settings.launchTimeoutMs - 0 * stalledMs' }],
  },
  {
    statement: 24,
    name: 'registration has no limit of its own',
    file: `${SOURCES}/core/launch/plan-launch.ts`,
    edits: [
      {
        find: "const isJoinDue = pool.phase === 'Ready' && joinBy < ceiling;",
        replace: "const isJoinDue = pool.phase === 'Failed' && joinBy < ceiling;",
      },
    ],
  },
];
