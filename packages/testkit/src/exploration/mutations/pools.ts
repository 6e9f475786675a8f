import type { Mutation } from './mutation.ts';

const PROVISIONER = 'packages/gpu-provisioner/src';

/** What goes wrong with what is paid for. */
export const poolMutations: readonly Mutation[] = [
  {
    name: 'expectations never set',
    file: `${PROVISIONER}/pools.ts`,
    edits: [
      {
        find: "this.#table.forgetRefusal(name, 'create');\n        this.#table.takePresent(answer.value, this.#now());",
        replace: "this.#table.forgetRefusal(name, 'create');",
      },
    ],
    invariant: 'no create is sent while its pool is there',
    scenario: 'create',
  },
  {
    name: 'finalizer added after the cloud write',
    file: `${PROVISIONER}/pools.ts`,
    edits: [
      { find: '      await from.record();\n', replace: '' },
      {
        find: 'const answer = await this.#options.cloud.create(spec, signal);\n',
        replace: 'const answer = await this.#options.cloud.create(spec, signal);\n      await from.record();\n',
      },
    ],
    invariant: 'a finalizer comes before the pool that it guards and goes after it',
    scenario: 'create',
  },
  {
    name: 'provider ID needed for deletion',
    file: `${PROVISIONER}/core/deletion/plan-delete.ts`,
    edits: [
      {
        find: "  switch (pool.view.state) {\n    case 'Unknown':",
        replace:
          "  if (claim.providerId === undefined) return planRelease(observed);\n  switch (pool.view.state) {\n    case 'Unknown':",
      },
    ],
    invariant: 'a finalizer comes before the pool that it guards and goes after it',
    scenario: 'delete while the pool is being created',
  },
  {
    name: 'collector trusting an informer',
    file: `${PROVISIONER}/execute.ts`,
    edits: [
      {
        find: '  const claims = await context.world.cluster.getClaims(observed.name, context.signal);\n',
        replace: '  const claims = observed.claim === undefined ? [] : [observed.claim];\n',
      },
    ],
    invariant: 'nothing is deleted that a living owner wants',
    scenario: 'the provisioner dies, and the next one has late caches',
  },
  {
    name: 'collector that takes an empty listing for all gone',
    file: `${PROVISIONER}/core/nodes/plan-node.ts`,
    edits: [
      {
        find: "if (!isReady(node) && isRegistered(node, claim) && observed.pool.view.state === 'Absent') {",
        replace: "if (isRegistered(node, claim) && observed.pool.view.state === 'Absent') {",
      },
      {
        find: "if (pool.view.state === 'Absent' && pool.view.evidence !== 'Lookup') {",
        replace: 'if (pool === undefined) {',
      },
      {
        find: ", reason: 'pool_lost', proof: { name, uid, mayBeNotReady: true } }",
        replace: ", reason: 'pool_lost' }",
      },
    ],
    invariant: 'nothing is deleted that a living owner wants',
    scenario: 'create',
  },
  {
    name: 'create abandoned after a time-out',
    file: `${PROVISIONER}/core/deletion/plan-delete.ts`,
    edits: [
      {
        find: "  switch (pool.view.state) {\n    case 'Unknown':",
        replace:
          "  if (pool.refusedCreate?.failure.kind === 'Transient') return planRelease(observed);\n" +
          "  switch (pool.view.state) {\n    case 'Unknown':",
      },
    ],
    invariant: 'a finalizer comes before the pool that it guards and goes after it',
    scenario: 'delete while the pool is being created',
  },
  {
    name: 'second PUT after restart',
    file: `${PROVISIONER}/core/launch/plan-launch.ts`,
    edits: [
      {
        find: "  if (pool.view.state === 'Present') {\n",
        replace: "  if (pool.view.state === 'Present' && pool.view.pool.phase !== 'Creating') {\n",
      },
    ],
    invariant: 'no create is sent while its pool is there',
    scenario: 'create',
  },
  {
    name: 'delete not noticed while creating',
    file: `${PROVISIONER}/core/plan.ts`,
    edits: [
      {
        find: 'return claim.isDeleting ?',
        replace:
          "return claim.isDeleting && !(observed.pool.view.state === 'Present' && observed.pool.view.pool.phase === 'Creating') ?",
      },
    ],
    invariant: 'a deleted claim does not let its pool be finished first',
    scenario: 'delete while the pool is being created',
  },
  {
    name: 'unbounded retry on quota',
    file: `${PROVISIONER}/core/launch/plan-hunt.ts`,
    edits: [
      {
        find: 'return planGiveUp(observed, `${exhaustedText(found.passed, settings.location)} (${countText(observed)})`);',
        replace:
          "return exhaustedText(found.passed, settings.location) === '' ? planGiveUp(observed, '') : planCreate(observed, { vmSize: wishes.sizes[0] ?? '', capacityType: 'on-demand' });",
      },
    ],
    invariant: 'creates within an hour are bounded',
    scenario: 'the quota stays used up, and the user gives up',
  },
  {
    name: 'foreign pool adopted',
    file: `${PROVISIONER}/core/pools/ownership.ts`,
    edits: [
      {
        find: "return isLegacyPoolOf(pool, claim) ? 'legacy' : 'foreign';",
        replace: "return 'legacy';",
      },
    ],
    invariant: 'what is not ours is not touched',
    scenario: "somebody else's pool has the name of the claim",
  },
];
