import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { controlPlaneBinaries, goTool, localPaths } from '@kaito/local-cloud';
import * as z from 'zod';

/** Every check and test of the repository; ends with `N passed, N failed`, exit status 1 when one failed. */

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

const root = path.join(import.meta.dirname, '..');
const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

const JestReport = z.object({ numPassedTests: z.int(), numFailedTests: z.int(), numFailedTestSuites: z.int() });

const checks: Readonly<Record<string, readonly [string, ...string[]]>> = {
  types: ['tsc', '-p', 'tsconfig.json'],
  lint: ['oxlint'],
  layers: ['depcruise', '--config', '.dependency-cruiser.mjs', 'packages', 'scripts', 'e2e', 'bench', 'tools'],
  unused: ['knip'],
  format: ['prettier', '--check', '.'],
  'generated files': ['node', 'scripts/generate.ts', '--check'],
  bundles: ['node', 'scripts/build.ts'],
};

const started = performance.now();
const outcomes: Outcome[] = [];
for (const [name, command] of Object.entries(checks)) {
  outcomes.push(await step(name, async () => check(command)));
}
outcomes.push(await step('control plane', buildControlPlane));
await buildKarpenter();
outcomes.push(await step('unit and simulation', async () => jest(2, 'unit', 'simulation')));
outcomes.push(await step('exploration', explore));
outcomes.push(await step('integration', async () => jest(2, 'integration')));
// One after the other: a checkout runs one local cluster at a time.
outcomes.push(await step('end to end', async () => jest(1, 'e2e')));

const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
say(`\ntook ${seconds(started)} s\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

async function step(name: string, act: () => Promise<Outcome>): Promise<Outcome> {
  const start = performance.now();
  say(`${name} …\n`);
  const outcome = await act();
  say(
    `${outcome.failed === 0 ? 'ok  ' : 'FAIL'} ${name}: ${outcome.passed} passed, ${outcome.failed} failed, ${seconds(start)} s\n`,
  );
  return outcome;
}

async function check(command: readonly [string, ...string[]]): Promise<Outcome> {
  const { code, output } = await run(command);
  if (code !== 0) {
    say(`${output}\n`);
  }
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** A quarter of the single faults of every scenario, some pairs and histories: others every day, and all of them at night. */
async function explore(): Promise<Outcome> {
  const day = Math.floor(Date.now() / 86_400_000);
  const explorer = 'packages/testkit/src/exploration/main.ts';
  const { code, output } = await run(['node', explorer, '--every', '4', '--more', '500', '--seed', String(day)]);
  const [figures = output] = /^schedules +\d+$/mu.exec(output) ?? [];
  say(code === 0 ? `  ${figures}, no violation\n` : `${output}\n`);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function buildControlPlane(): Promise<Outcome> {
  const cacheHome = process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
  let lastTenth = 0;
  const onProgress = (share: number): void => {
    const tenth = Math.floor(share * 10);
    if (tenth > lastTenth) {
      lastTenth = tenth;
      say(`  building the control plane: ${tenth * 10} %\n`);
    }
  };
  await controlPlaneBinaries(
    {
      source: path.join(root, 'tools/control-plane'),
      cacheDirectory: path.join(cacheHome, 'kaito'),
      environment: process.env,
      onProgress,
    },
    new AbortController().signal,
  );
  return { passed: 1, failed: 0 };
}

/** In good time for the end-to-end tests, which say why when they have to do without. */
async function buildKarpenter(): Promise<void> {
  say('karpenter …\n');
  const begun = performance.now();
  const environment = process.env;
  const options = { cacheDirectory: localPaths(environment).cache, environment, onProgress: () => undefined };
  try {
    await goTool('karpenter-kwok', options, new AbortController().signal);
    say(`  built, ${seconds(begun)} s\n`);
  } catch (error) {
    say(`  ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

async function jest(workers: number, ...projects: readonly string[]): Promise<Outcome> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kaito-test-'));
  try {
    const report = path.join(folder, 'report.json');
    const { code, output } = await run([
      'node',
      ...JEST,
      '--selectProjects',
      ...projects,
      `--maxWorkers=${workers}`,
      '--passWithNoTests',
      '--json',
      `--outputFile=${report}`,
    ]);
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JestReport.parse(
      JSON.parse(await readFile(report, 'utf8')),
    );
    if (code !== 0) {
      say(`${output}\n`);
    }
    // A file that cannot even be loaded has no failed test, but it has failed.
    return { passed: numPassedTests, failed: Math.max(numFailedTests, numFailedTestSuites, code === 0 ? 0 : 1) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Both streams of the command, without what `--json` prints to standard output. */
async function run([command, ...args]: readonly [string, ...string[]]): Promise<{ code: number; output: string }> {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: process.env });
  const isJson = args.includes('--json');
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += isJson ? '' : data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    output += data.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code: code ?? 1, output });
    });
  });
}

function say(text: string): void {
  process.stdout.write(text);
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}
