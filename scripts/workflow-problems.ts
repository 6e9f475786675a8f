import { parse } from 'yaml';
import * as z from 'zod';

const Permissions = z.record(z.string(), z.enum(['read', 'write', 'none']));

const Step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
type Step = z.infer<typeof Step>;

const Job = z.object({
  'runs-on': z.string().regex(/^ubuntu-\d\d\.\d\d$/u, 'names no fixed runner'),
  'timeout-minutes': z.int().max(120),
  permissions: Permissions.optional(),
  environment: z.string().optional(),
  steps: z.array(Step).min(1),
});
type Job = z.infer<typeof Job>;

const Workflow = z.object({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: Permissions,
  concurrency: z.object({ group: z.string(), 'cancel-in-progress': z.boolean() }),
  defaults: z.object({ run: z.object({ shell: z.literal('bash') }) }), // with pipefail
  jobs: z.record(z.string(), Job),
});

const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/u;

/** What is wrong with a workflow: actions that are not pinned, rights too wide, scripts that there are not. */
export function workflowProblems(text: string, scripts: readonly string[]): readonly string[] {
  const read = Workflow.safeParse(parse(text));
  if (!read.success) {
    return read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  }
  const { jobs, on, permissions } = read.data;
  return [
    ...(isLeast(permissions) ? [] : ['permissions: more than contents: read for every job']),
    ...('pull_request_target' in on ? ['on: pull_request_target gives strangers our rights'] : []),
    ...unnamedVersions(text),
    ...Object.entries(jobs).flatMap(([name, job]) =>
      jobProblems(job, scripts).map((problem) => `jobs.${name}: ${problem}`),
    ),
  ];
}

function isLeast(permissions: z.infer<typeof Permissions>): boolean {
  return Object.entries(permissions).every(([scope, right]) => scope === 'contents' && right === 'read');
}

/** A digest tells nobody which version it is. */
function unnamedVersions(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => /^\s*(?:- )?uses:/u.test(line) && !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/u.test(line))
    .map((line) => `${line.trim()}: no full digest with its version behind it`);
}

function jobProblems(job: Job, scripts: readonly string[]): readonly string[] {
  const writes = Object.values(job.permissions ?? {}).includes('write');
  return [
    ...(writes && job.environment === undefined ? ['writes without an environment that could be protected'] : []),
    ...job.steps.flatMap((step) => stepProblems(step, scripts)),
  ];
}

function stepProblems({ run = '', uses, with: inputs = {} }: Step, scripts: readonly string[]): readonly string[] {
  const called = [...run.matchAll(/\bnpm run (?:-s )?(?<script>[\w-]+)|\bnpm (?<test>test)\b/gu)].map(
    ({ groups = {} }) => groups['script'] ?? groups['test'] ?? '',
  );
  return [
    ...(uses === undefined || PINNED.test(uses) ? [] : [`${uses} is not pinned by its full digest`]),
    ...(uses?.startsWith('actions/checkout@') === true && inputs['persist-credentials'] !== false
      ? ['checkout leaves its token in the repository']
      : []),
    ...(run.includes('${{') ? ['an expression in a script may run what a stranger wrote: pass it by env'] : []),
    ...called.filter((script) => !scripts.includes(script)).map((script) => `there is no npm script ${script}`),
  ];
}
