import { execFile } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

/** Writes a model that is loaded in no time, where it does not matter what it says; its file. */
export async function tinyModel(repository: string, folder: string): Promise<string> {
  const program = path.join(repository, 'tools/make-tiny-gguf.mjs');
  await promisify(execFile)(process.execPath, [program, '--out', folder, '--no-lora']);
  return path.join(folder, 'tiny-f16.gguf');
}
