import { rename } from 'node:fs/promises';

import { download } from './download.ts';
import type { DownloadOptions, RemoteFile } from './download.ts';
import type { Descriptor } from './manifest.ts';
import type { Repository } from './repository.ts';

/** A blob as a file that can be downloaded and gone on with. */
export function remoteBlob(repository: Repository, descriptor: Descriptor): RemoteFile {
  return {
    name: `${repository.name}@${descriptor.digest}`,
    sizeBytes: descriptor.size,
    sha256: descriptor.digest.replace(/^sha256:/u, ''),
    open: async (offset, signal) => repository.openBlob(descriptor, offset, signal),
  };
}

/** Brings the blob to `target`, where it appears whole or not at all. */
export async function pullBlob(
  repository: Repository,
  descriptor: Descriptor,
  options: Omit<DownloadOptions, 'file'>,
): Promise<void> {
  const { partial } = await download({ ...options, file: remoteBlob(repository, descriptor) });
  await rename(partial, options.target);
}
