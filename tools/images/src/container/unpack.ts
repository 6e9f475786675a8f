import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { command } from '../command.ts';
import type { LayoutImage } from '../oci-layout.ts';

const WHITEOUT = '.wh.';
const SET_ID = 0o6000;

/** Unpacks the layers one over the other, as a container runtime does. */
export async function unpack({ layers }: LayoutImage, root: string, signal: AbortSignal): Promise<void> {
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  for (const layer of layers) {
    await command(['tar', '--extract', '--gzip', '--numeric-owner', '--file', layer, '--directory', root], { signal });
    await applyWhiteouts(root);
  }
}

async function applyWhiteouts(root: string): Promise<void> {
  for (const { file } of (await filesBelow(root)).filter(({ name }) => name.startsWith(WHITEOUT))) {
    await rm(path.join(path.dirname(file), path.basename(file).slice(WHITEOUT.length)), {
      recursive: true,
      force: true,
    });
    await rm(file);
  }
}

export interface RootFile {
  readonly file: string;
  readonly name: string;
  readonly bytes: number;
  /** Whether running it gives the rights of its owner. */
  readonly isSetId: boolean;
}

/** Every file and link below, in no order. */
export async function filesBelow(directory: string): Promise<readonly RootFile[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => !entry.isDirectory())
      .map(async ({ name, parentPath }) => {
        const file = path.join(parentPath, name);
        const { mode, size } = await lstat(file);
        return { file, name, bytes: size, isSetId: (mode & SET_ID) !== 0 };
      }),
  );
}
