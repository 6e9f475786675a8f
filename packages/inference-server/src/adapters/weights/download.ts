import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm, stat, statfs } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';

import type { Hub, HubFile } from './hub.ts';
import { WeightsError } from './weights-error.ts';

export interface Progress {
  readonly doneBytes: number;
  /** Absent when the hub does not tell. */
  readonly totalBytes?: number;
}

export interface DownloadOptions {
  readonly hub: Hub;
  readonly file: HubFile;
  readonly target: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

const STALLED_AFTER_MS = 30_000;

/** A whole file that still lies beside its place. */
export interface Downloaded {
  readonly partial: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Brings the file beside `target`, going on where an earlier attempt ended. */
export async function download(options: DownloadOptions): Promise<Downloaded> {
  const { file, target } = options;
  await makeFolder(path.dirname(target));
  await requireSpace(file, path.dirname(target));
  const partial = `${target}.partial`;
  const sha256 = await fill(partial, options);
  if (file.sha256 !== undefined && sha256 !== file.sha256) {
    await rm(partial, { force: true });
    throw new WeightsError(
      `${file.url.href} arrived with sha256 ${sha256}, but the hub names ${file.sha256}; it was thrown away`,
      true,
    );
  }
  return { partial, sha256, sizeBytes: await sizeOf(partial) };
}

export async function sha256OfFile(file: string, signal?: AbortSignal): Promise<string> {
  return (await hashOf(file, signal)).digest('hex');
}

interface Written {
  readonly hash: Hash;
  readonly bytes: number;
}

async function fill(partial: string, options: DownloadOptions): Promise<string> {
  const { hub, file, signal } = options;
  const earlier = await earlierAttempt(partial, file, signal);
  if (earlier.bytes > 0 && earlier.bytes === file.sizeBytes) {
    return earlier.hash.digest('hex');
  }
  const response = await hub.open(file, earlier.bytes, signal);
  const isContinued = response.status === 206 && earlier.bytes > 0;
  const start = isContinued ? earlier : { hash: createHash('sha256'), bytes: 0 };
  const output = await open(partial, isContinued ? 'a' : 'w');
  try {
    await copy(response, start, output, options);
    await output.sync();
  } finally {
    await output.close();
  }
  return start.hash.digest('hex');
}

/** Nothing, when without a digest nobody could tell whether the two halves belong together. */
async function earlierAttempt(partial: string, file: HubFile, signal: AbortSignal): Promise<Written> {
  const bytes = file.sha256 === undefined ? 0 : await sizeOf(partial);
  return bytes > 0 && bytes <= (file.sizeBytes ?? bytes)
    ? { hash: await hashOf(partial, signal), bytes }
    : { hash: createHash('sha256'), bytes: 0 };
}

async function copy(
  response: Response,
  start: Written,
  output: FileHandle,
  { file, onProgress, signal }: DownloadOptions,
): Promise<void> {
  let doneBytes = start.bytes;
  for await (const chunk of chunksOf(response, signal)) {
    start.hash.update(chunk);
    await output.writeFile(chunk);
    doneBytes += chunk.length;
    onProgress({ doneBytes, ...(file.sizeBytes === undefined ? {} : { totalBytes: file.sizeBytes }) });
  }
  if (file.sizeBytes !== undefined && doneBytes !== file.sizeBytes) {
    throw new WeightsError(`${file.url.href} ended after ${doneBytes} of ${file.sizeBytes} bytes`, true);
  }
}

/** Ends with a transient error when the connection breaks or nothing comes for a while. */
async function* chunksOf(response: Response, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  const reader = response.body?.getReader();
  if (reader === undefined) {
    return;
  }
  try {
    for (;;) {
      const result: { done: boolean; value?: Uint8Array } = await withinPatience(reader.read());
      if (result.done || result.value === undefined) {
        return;
      }
      yield result.value;
    }
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw new WeightsError(`the connection to ${new URL(response.url).origin} broke: ${reason}`, true, {
      cause: error,
    });
  } finally {
    // Nobody waits for the rest; it may already be broken.
    void reader.cancel().catch(() => undefined);
  }
}

async function withinPatience<T>(promise: Promise<T>): Promise<T> {
  const { promise: stalled, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no data for ${STALLED_AFTER_MS / 1000} s`)), STALLED_AFTER_MS);
  try {
    return await Promise.race([promise, stalled]);
  } finally {
    clearTimeout(timer);
  }
}

async function hashOf(file: string, signal?: AbortSignal): Promise<Hash> {
  const hash = createHash('sha256');
  const stream = createReadStream(file, { highWaterMark: 1024 * 1024, ...(signal === undefined ? {} : { signal }) });
  for await (const chunk of stream) {
    if (chunk instanceof Uint8Array) {
      hash.update(chunk);
    }
  }
  return hash;
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found?.size ?? 0;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new WeightsError(`cannot make the weights folder ${folder}: ${reason}`, false, { cause: error });
  }
}

async function requireSpace(file: HubFile, folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (file.sizeBytes !== undefined && file.sizeBytes > freeBytes) {
    throw new WeightsError(
      `${file.url.href} has ${gigabytes(file.sizeBytes)}, but ${folder} has only ${gigabytes(freeBytes)} free`,
      false,
    );
  }
}

export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
