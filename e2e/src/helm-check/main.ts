import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import {
  LocalCloudError,
  localPaths,
  prepare,
  prepareGoTools,
  Progress,
  screenOf,
  supportedMountMode,
} from '@kaito/local-cloud';

import { helmCheck } from './helm-check.ts';
import { startHelmWorld } from './world.ts';

/** `npm run helm-check`: the two charts through real helm against a real control plane. */
const HELP = `Usage: npm run helm-check

Takes the two charts through helm against a real control plane with a simulated Azure: lint, template, package, push
to an OCI registry, install, upgrade, rollback, a Workspace to its answer, uninstall, install again over what was kept.
The controllers run with the charts' own service accounts; a request that is refused to them is a failure.
Needs root, for the mounts of the charts' pods. Ends with N passed, N failed. Takes some two minutes; the first time
builds helm and the registry from Go modules.
`;

/** A simulated GPU node is there within a second. */
const TIME_SCALE = 0.1;

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted.abort(new LocalCloudError(`received ${signal}`));
  });
}

const progress = new Progress(screenOf(process.stdout));
if (values.help === true) {
  process.stdout.write(HELP);
} else {
  const folder = await mkdtemp(path.join(tmpdir(), 'kaito-helm-check-'));
  try {
    process.exitCode = (await run(folder, interrupted.signal)) === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof LocalCloudError ? error.message : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How many steps failed. */
async function run(folder: string, signal: AbortSignal): Promise<number> {
  if ((await supportedMountMode(folder)) === 'paths') {
    // the controllers look for their token where every cluster mounts it, and not below a directory of this machine
    throw new LocalCloudError(
      'the pods of the charts need mount namespaces, which this user may not make: sudo -E env PATH="$PATH" npm run helm-check',
    );
  }
  const paths = { ...localPaths(process.env), state: path.join(folder, 'state') };
  const { binaries, modelFile } = await prepare(paths, undefined, progress, signal);
  const tools = await prepareGoTools(['helm', 'registry'], paths, progress, signal);
  const programs = { helm: tools.get('helm') ?? 'helm', registry: tools.get('registry') ?? 'registry' };
  const onRestart = (program: string, why: string): void => {
    progress.line(`  ! ${program} ${why} and is started again`);
  };
  const options = { paths, binaries, modelFile, timeScale: TIME_SCALE, onRestart, folder, programs };
  const world = await startHelmWorld(options, signal);
  try {
    return await helmCheck(world, progress, signal);
  } finally {
    progress.waiting('stopping');
    await world.stop();
  }
}
