import { chmod, mkdir, mkdtemp, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Payload } from '../core/payload.ts';

const DATA = '..data';

/**
 * Writes the files of a volume so that a reader sees either all of the old or all of the new: the visible names
 * are links into `..data`, itself a link that is exchanged at once. The kubelet does the same.
 */
export async function writeAtomically(directory: string, payload: Payload): Promise<void> {
  await mkdir(directory, { recursive: true });
  const previous = await readlink(path.join(directory, DATA)).catch(() => undefined);
  const next = await mkdtemp(path.join(directory, '..v-'));
  await chmod(next, 0o755);
  for (const [name, { bytes, mode }] of payload) {
    const file = path.join(next, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
    await chmod(file, mode);
  }
  const link = path.join(directory, '..data_next');
  await symlink(path.basename(next), link);
  await rename(link, path.join(directory, DATA));
  await showNames(directory, payload);
  if (previous !== undefined) {
    await rm(path.join(directory, previous), { recursive: true, force: true });
  }
}

/** One link for each first part of a path; links of what is gone are removed. */
async function showNames(directory: string, payload: Payload): Promise<void> {
  const wanted = new Set([...payload.keys()].map((name) => name.split('/')[0] ?? name));
  const present = new Set((await readdir(directory)).filter((name) => !name.startsWith('..')));
  for (const name of wanted) {
    if (!present.has(name)) {
      await symlink(path.join(DATA, name), path.join(directory, name));
    }
  }
  for (const name of present) {
    if (!wanted.has(name)) {
      await rm(path.join(directory, name), { recursive: true, force: true });
    }
  }
}
