import { mkdir, statfs } from 'node:fs/promises';

import { LocalCloudError } from './local-cloud-error.ts';

const GIB = 2 ** 30;

/** Refuses to begin what would only end halfway: `what` needs `neededGiB` free below `directory`. */
export async function requireDiskSpace(directory: string, neededGiB: number, what: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const { bavail, bsize } = await statfs(directory);
  const freeGiB = (bavail * bsize) / GIB;
  if (freeGiB < neededGiB) {
    throw new LocalCloudError(
      `${what} needs ${neededGiB} GiB of disk space below ${directory}, and ${freeGiB.toFixed(1)} GiB are free`,
    );
  }
}
