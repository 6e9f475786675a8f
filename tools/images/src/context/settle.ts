import { chmod, lstat, lutimes, readdir } from 'node:fs/promises';
import path from 'node:path';

const EXECUTABLE = 0o111;

/** Gives everything below the same time, and modes that do not depend on this machine's umask. */
export async function settle(directory: string, epochSeconds: number): Promise<void> {
  for (const name of await readdir(directory)) {
    const file = path.join(directory, name);
    const status = await lstat(file);
    if (status.isDirectory()) {
      await settle(file, epochSeconds);
    } else if (status.isFile()) {
      await chmod(file, (status.mode & EXECUTABLE) === 0 ? 0o644 : 0o755);
      await lutimes(file, epochSeconds, epochSeconds);
    } else {
      await lutimes(file, epochSeconds, epochSeconds);
    }
  }
  await chmod(directory, 0o755);
  await lutimes(directory, epochSeconds, epochSeconds);
}
