import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const TOOL = path.join(import.meta.dirname, '../../../tools/make-tiny-gguf.mjs');

/** What the tiny model says to anything, when it takes the most likely token each time. */
export const STORY =
  'Sunny rivers carry small boats toward quiet harbors where friendly gulls sing until evening falls.';

export interface TinyModels {
  readonly folder: string;
  /** Says its story and ends. */
  readonly story: string;
  /** Says its story again and again. */
  readonly endless: string;
  remove(): Promise<void>;
}

/** Writes models of half a megabyte that need no download and whose answers are known to the letter. */
export async function makeTinyModels(): Promise<TinyModels> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'kaito-tiny-'));
  const make = promisify(execFile);
  await make(process.execPath, [TOOL, '--out', folder, '--no-lora']);
  await make(process.execPath, [TOOL, '--out', folder, '--no-lora', '--endless']);
  return {
    folder,
    story: path.join(folder, 'tiny-f16.gguf'),
    endless: path.join(folder, 'tiny-f16-endless.gguf'),
    remove: async () => rm(folder, { recursive: true, force: true }),
  };
}
