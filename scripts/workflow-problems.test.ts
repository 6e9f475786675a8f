import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';

import { workflowProblems } from './workflow-problems.ts';

const root = path.join(import.meta.dirname, '..');
const folder = path.join(root, '.github/workflows');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));

const GOOD = `
name: test
on: { push: {} }
permissions: { contents: read }
concurrency: { group: test, cancel-in-progress: true }
defaults: { run: { shell: bash } }
jobs:
  test:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@0123456789abcdef0123456789abcdef01234567 # v1.2.3
        with: { persist-credentials: false }
      - run: npm test && npm run check
`;

const Steps = z.object({
  jobs: z.record(z.string(), z.object({ steps: z.array(z.object({ run: z.string().optional() })) })),
});

describe('workflowProblems', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(workflowProblems(GOOD, ['test', 'check'])).toEqual([]);
  });

  it.each([
    ['permissions: { contents: read }', 'permissions: write-all', 'permissions: '],
    ['permissions: { contents: read }', 'permissions: { packages: write }', 'permissions: more than contents: read'],
    ['permissions: { contents: read }', '', 'permissions: '],
    ['on: { push: {} }', 'on: { pull_request_target: {} }', 'on: pull_request_target'],
    ['    timeout-minutes: 10\n', '', 'jobs.test.timeout-minutes: '],
    ['ubuntu-24.04', 'ubuntu-latest', 'jobs.test.runs-on: names no fixed runner'],
    ['concurrency: { group: test, cancel-in-progress: true }', '', 'concurrency: '],
    ['01234567 # v1.2.3', '01234567', '- uses: actions/checkout@'],
    [
      'checkout@0123456789abcdef0123456789abcdef01234567',
      'checkout@v1',
      'jobs.test: actions/checkout@v1 is not pinned',
    ],
    ['{ persist-credentials: false }', '{}', 'jobs.test: checkout leaves its token'],
    ['npm run check', 'npm run chekc', 'jobs.test: there is no npm script chekc'],
    ['npm run check', 'echo ${{ github.ref }}', 'jobs.test: an expression in a script'],
    [
      '    timeout-minutes: 10\n',
      '    timeout-minutes: 10\n    permissions: { packages: write }\n',
      'jobs.test: writes without',
    ],
  ])('tells when %j becomes %j', (good, bad, problem) => {
    expect(GOOD).toContain(good);
    const problems = workflowProblems(GOOD.replace(good, bad), ['test', 'check']);
    expect(problems.map((text) => text.slice(0, problem.length))).toContain(problem);
  });
});

describe('the workflows of this repository', () => {
  it('are these', () => {
    expect(readdirSync(folder).toSorted()).toEqual([
      'check.yml',
      'integration.yml',
      'nightly.yml',
      'release.yml',
      'test.yml',
    ]);
  });

  it.each(readdirSync(folder))(
    '%s: no action without digest, no right too much, no script that there is not',
    (file) => {
      expect(workflowProblems(read(`.github/workflows/${file}`), Object.keys(scripts))).toEqual([]);
    },
  );

  it('run every check that there is a command for', () => {
    const all = readdirSync(folder).flatMap((file) => runsIn(read(`.github/workflows/${file}`)));
    for (const command of ['npm run check', 'npm test', 'npm run helm-check', 'npm run images', 'npm run rbac']) {
      expect(all.some((run) => run.includes(command))).toBe(true);
    }
  });
});

describe('what GitHub reads beside them', () => {
  const files = ['dependabot.yml', 'ISSUE_TEMPLATE/bug.yml', 'ISSUE_TEMPLATE/feature.yml', 'ISSUE_TEMPLATE/config.yml'];

  it.each(files)('%s is YAML', (file) => {
    expect(parse(read(`.github/${file}`))).toEqual(expect.any(Object));
  });

  it('keeps npm packages, Go modules and actions up to date', () => {
    const Updates = z.object({ updates: z.array(z.object({ 'package-ecosystem': z.string() })) });
    const { updates } = Updates.parse(parse(read('.github/dependabot.yml')));
    const ecosystems = updates.map((update) => update['package-ecosystem']);
    expect(ecosystems.toSorted()).toEqual(['github-actions', 'gomod', 'npm']);
  });
});

function runsIn(text: string): readonly string[] {
  return Object.values(Steps.parse(parse(text)).jobs).flatMap(({ steps }) => steps.flatMap(({ run = [] }) => run));
}
