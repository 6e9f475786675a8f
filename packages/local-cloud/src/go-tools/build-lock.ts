import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 100;
/** In `/proc/PID/stat`, counted after the program's name in brackets. */
const START_TIME_FIELD = 19;

/** Lets one process at a time do `act`; a holder that has died does not keep others out. */
export async function withBuildLock<T>(file: string, act: () => Promise<T>, signal: AbortSignal): Promise<T> {
  await mkdir(path.dirname(file), { recursive: true });
  while (!(await take(file))) {
    await sleep(POLL_MS, undefined, { signal });
  }
  try {
    return await act();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  const own = `${file}.${randomUUID()}`;
  await writeFile(own, `${process.pid} ${(await startTime(process.pid)) ?? ''}`);
  try {
    await link(own, file); // the lock is never seen without its holder's name in it
    return true;
  } catch {
    await dropIfHolderDied(file);
    return false;
  } finally {
    await rm(own);
  }
}

async function dropIfHolderDied(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const [holder = '', since = ''] = text?.split(' ') ?? [];
  if (text !== undefined && (await startTime(Number(holder))) !== since) {
    await rm(file, { force: true });
  }
}

/** Tells a process from a later one with the same id; undefined: there is none. */
async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[START_TIME_FIELD];
}
