import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

import { controlPlaneBinaries } from '../control-plane/binary.ts';
import type { ControlPlaneBinaries } from '../control-plane/binary.ts';
import { requireDiskSpace } from '../disk-space.ts';
import { LocalCloudError } from '../local-cloud-error.ts';
import { standInModel } from '../stand-in-model/stand-in-model.ts';
import type { Paths } from './paths.ts';
import type { Progress } from './progress.ts';
import { timed } from './timed.ts';

const STATE_GIB = 1;

export interface Prepared {
  readonly binaries: ControlPlaneBinaries;
  readonly modelFile: string;
}

/** Makes everything that a cluster is started from: the control plane's program, our bundles, the model. */
export async function prepare(
  paths: Paths,
  modelFile: string | undefined,
  progress: Progress,
  signal: AbortSignal,
): Promise<Prepared> {
  await requireModel(modelFile);
  await requireDiskSpace(paths.state, STATE_GIB, 'the local cluster');
  await timed('bundles', progress, async () => {
    await promisify(execFile)(process.execPath, ['scripts/build.ts'], { cwd: paths.repository, signal });
  });
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  const works = [
    timed('control plane', progress, async (share) => controlPlane(paths, share, both)),
    timed('model', progress, async () => modelFile ?? standInModel(paths.cache, both)),
  ] as const;
  try {
    const [binaries, model] = await Promise.all(works);
    return { binaries, modelFile: model };
  } catch (error) {
    failed.abort(); // what the one lacks is told at once, and not after minutes of the other
    await Promise.allSettled(works);
    throw error;
  }
}

async function controlPlane(
  paths: Paths,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<ControlPlaneBinaries> {
  const source = path.join(paths.repository, 'tools/control-plane');
  return controlPlaneBinaries({ source, cacheDirectory: paths.cache, environment: process.env, onProgress }, signal);
}

async function requireModel(file: string | undefined): Promise<void> {
  try {
    await (file === undefined ? undefined : access(file, constants.R_OK));
  } catch (error) {
    throw new LocalCloudError(`the model file ${file} cannot be read: is it there?`, { cause: error });
  }
}
