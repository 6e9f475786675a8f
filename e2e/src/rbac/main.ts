import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import { CONTROLLERS, localPaths, prepare, Progress, rightsFiles, screenOf } from '@kaito/local-cloud';
import type { ControllerName, Rights } from '@kaito/local-cloud';

import { tinyModel } from '../tiny-model.ts';
import type { Call } from './audit-call.ts';
import { comparisonOf, needsOfController } from './by-controller.ts';
import { grantedRights, isConfigured } from './granted-rights.ts';
import { rightsOf, SCOPES } from './permission.ts';
import { report } from './report.ts';
import { rulesFile } from './rules-file.ts';
import { startWalkWorld } from './walk-world.ts';
import { walk } from './walk.ts';
import type { WalkEnd } from './walk.ts';

/** Compares what the charts let the controllers do with what they are recorded to do. */
const HELP = `Usage: npm run rbac -- [--write]

Runs a cluster in which both controllers do everything that they ever ask the API server for, with nodes of each
--node-provisioner, under the rules in charts/*/rbac, and compares these rules with the recorded requests, both ways.

  npm run rbac              what is granted and why; fails when a verb is missing, and when one is not used
  npm run rbac -- --write   records under all rights first, and writes the rules that follow
`;

const TIME_SCALE = 0.02;
const EVERYTHING: Rights = { cluster: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }], namespace: [] };

const { values } = parseArgs({ options: { write: { type: 'boolean' }, help: { type: 'boolean' } } });
const paths = localPaths(process.env);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted.abort(new Error(`received ${signal}`));
  });
}

const progress = new Progress(screenOf(process.stdout));
if (values.help === true) {
  process.stdout.write(HELP);
} else {
  if (values.write === true) {
    await write(interrupted.signal);
  }
  process.exitCode = (await check(interrupted.signal)) ? 0 : 1;
}

async function write(signal: AbortSignal): Promise<void> {
  const { calls, end } = await record(async () => EVERYTHING, signal);
  if (end.kind !== 'complete') {
    throw new Error(`the walk ended at "${end.step}" (${end.kind}): nothing is written`);
  }
  for (const controller of CONTROLLERS) {
    const needed = needsOfController(controller, calls).map(({ permission }) => permission);
    const rights = rightsOf(needed.filter((permission) => !isConfigured(permission)));
    const files = rightsFiles(paths.repository, controller);
    for (const scope of SCOPES) {
      await writeFile(files[scope], rulesFile(rights[scope]));
      progress.line(`wrote ${path.relative(paths.repository, files[scope])}`);
    }
  }
}

async function check(signal: AbortSignal): Promise<boolean> {
  const { calls, end } = await record(async (controller) => grantedRights(paths.repository, controller), signal);
  const isComplete = end.kind === 'complete';
  let passed = 0;
  let failed = 0;
  for (const controller of CONTROLLERS) {
    const comparison = comparisonOf(controller, await grantedRights(paths.repository, controller), calls);
    report(controller, comparison, isComplete).forEach((line) => {
      progress.line(line);
    });
    passed += comparison.granted.length - comparison.unused.length;
    failed += (isComplete ? comparison.unused.length : 0) + comparison.missing.length;
  }
  if (!isComplete) {
    progress.line(`\nthe walk ended at "${end.step}" (${end.kind}): what comes after it was not recorded`);
    failed += 1;
  }
  progress.line(`\ntook ${(performance.now() / 1000).toFixed(1)} s\n${passed} passed, ${failed} failed`);
  return failed === 0;
}

interface Recorded {
  readonly calls: readonly Call[];
  readonly end: WalkEnd;
}

/** One walk on a cluster of its own. */
async function record(
  rightsFor: (controller: ControllerName) => Promise<Rights>,
  signal: AbortSignal,
): Promise<Recorded> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kaito-rbac-'));
  try {
    const own = { ...paths, state: path.join(folder, 'state') };
    const { binaries, modelFile } = await prepare(own, await tinyModel(own.repository, folder), progress, signal);
    const rights = {
      'workspace-controller': await rightsFor('workspace-controller'),
      'gpu-provisioner': await rightsFor('gpu-provisioner'),
    };
    const onRestart = (program: string, why: string): void => {
      progress.line(`  ! ${program} ${why}`);
    };
    const world = await startWalkWorld(
      { paths: own, binaries, modelFile, timeScale: TIME_SCALE, rights, onRestart },
      signal,
    );
    try {
      const end = await walk(world, signal);
      return { calls: await world.audit.calls(), end };
    } finally {
      await world.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
