import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

import { LocalCloudError } from '../local-cloud-error.ts';

const OWNER = 'pid';

/** Empties the directory for a cluster of this process; one sentence for the user when another process holds it. */
export async function takeStateDirectory(directory: string): Promise<void> {
  const file = path.join(directory, OWNER);
  await refuseIfHeld(file);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
  } catch {
    await refuseIfHeld(file); // another start was faster by a moment
  }
}

/** Lets the next start take the directory; logs and data stay to be looked at. */
export async function releaseStateDirectory(directory: string): Promise<void> {
  await rm(path.join(directory, OWNER), { force: true });
}

async function refuseIfHeld(file: string): Promise<void> {
  const holder = existsSync(file) ? (await readFile(file, 'utf8')).trim() : '';
  if (/^[0-9]+$/u.test(holder) && existsSync(`/proc/${holder}`)) {
    throw new LocalCloudError(`a local cluster is running already (process ${holder}): stop it there with Ctrl-C`);
  }
}
