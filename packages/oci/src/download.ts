import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { mkdir, open, rm, stat, statfs } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';

import { hashOfFile } from './digest.ts';
import { isTransferError, TransferError } from './transfer-error.ts';

/** A file somewhere else. */
export interface RemoteFile {
  /** For messages. */
  readonly name: string;
  /** Absent when nobody tells. */
  readonly sizeBytes?: number;
  /** 64 hexadecimal digits; absent when nobody tells. */
  readonly sha256?: string;
  /** Reads from `offset` on. */
  open(offset: number, signal: AbortSignal): Promise<OpenedFile>;
}

export interface OpenedFile {
  /** False when it begins anew, whatever offset was asked for. */
  readonly isContinued: boolean;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Nobody reads on. */
  cancel(): void;
}

export interface Progress {
  readonly doneBytes: number;
  /** Absent when nobody tells. */
  readonly totalBytes?: number;
}

export interface DownloadOptions {
  readonly file: RemoteFile;
  readonly target: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** A whole file that still lies beside its place. */
export interface Downloaded {
  readonly partial: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

interface Written {
  readonly hash: Hash;
  readonly bytes: number;
}

const STALLED_AFTER_MS = 30_000;

/** Brings the file beside `target`, going on where an earlier attempt ended; to move it there is left to the caller. */
export async function download(options: DownloadOptions): Promise<Downloaded> {
  const { file, target } = options;
  await makeFolder(path.dirname(target));
  const partial = `${target}.partial`;
  await requireSpace(file, partial);
  const sha256 = await fill(partial, options);
  if (file.sha256 !== undefined && sha256 !== file.sha256) {
    await rm(partial, { force: true });
    throw new TransferError(
      'Corrupt',
      `${file.name} arrived with sha256 ${sha256} instead of ${file.sha256}; it was thrown away`,
    );
  }
  return { partial, sha256, sizeBytes: await sizeOf(partial) };
}

async function fill(partial: string, options: DownloadOptions): Promise<string> {
  const { file, signal } = options;
  const earlier = await earlierAttempt(partial, file, signal);
  if (earlier.bytes > 0 && earlier.bytes === file.sizeBytes) {
    return earlier.hash.digest('hex');
  }
  const opened = await file.open(earlier.bytes, signal);
  const isContinued = opened.isContinued && earlier.bytes > 0;
  const start = isContinued ? earlier : { hash: createHash('sha256'), bytes: 0 };
  const output = await open(partial, isContinued ? 'a' : 'w');
  try {
    await copy(opened, start, output, options);
    await output.sync();
  } finally {
    await output.close();
  }
  return start.hash.digest('hex');
}

/** Nothing, when without a digest nobody could tell whether the two halves belong together. */
async function earlierAttempt(partial: string, file: RemoteFile, signal: AbortSignal): Promise<Written> {
  const bytes = file.sha256 === undefined ? 0 : await sizeOf(partial);
  return bytes > 0 && bytes <= (file.sizeBytes ?? bytes)
    ? { hash: await hashOfFile(partial, signal), bytes }
    : { hash: createHash('sha256'), bytes: 0 };
}

async function copy(
  opened: OpenedFile,
  start: Written,
  output: FileHandle,
  { file, onProgress, signal }: DownloadOptions,
): Promise<void> {
  const { name, sizeBytes } = file;
  let doneBytes = start.bytes;
  for await (const chunk of patiently(opened, name, signal)) {
    doneBytes += chunk.length;
    if (doneBytes > (sizeBytes ?? doneBytes)) {
      throw new TransferError('Corrupt', `${name} is longer than ${sizeBytes} bytes`);
    }
    start.hash.update(chunk);
    await output.writeFile(chunk);
    onProgress({ doneBytes, ...(sizeBytes === undefined ? {} : { totalBytes: sizeBytes }) });
  }
  if (sizeBytes !== undefined && doneBytes !== sizeBytes) {
    throw new TransferError('Network', `${name} ended after ${doneBytes} of ${sizeBytes} bytes`);
  }
}

/** Ends with a passing error when the connection breaks or nothing comes for a while. */
async function* patiently(
  opened: OpenedFile,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  const iterator = opened.chunks[Symbol.asyncIterator]();
  try {
    for (;;) {
      const result = await withinPatience(iterator.next());
      if (result.done === true) {
        return;
      }
      yield result.value;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (isTransferError(error)) {
      throw error;
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new TransferError('Network', `the connection broke while ${name} came: ${reason}`, { cause: error });
  } finally {
    opened.cancel();
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

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found?.size ?? 0;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TransferError('Disk', `cannot make the folder ${folder}: ${reason}`, { cause: error });
  }
}

async function requireSpace({ name, sizeBytes }: RemoteFile, partial: string): Promise<void> {
  const folder = path.dirname(partial);
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize + (await sizeOf(partial));
  if (sizeBytes !== undefined && sizeBytes > freeBytes) {
    throw new TransferError(
      'Disk',
      `${name} has ${gigabytes(sizeBytes)}, but ${folder} has only ${gigabytes(freeBytes)} free`,
    );
  }
}

/** In units of 10⁹ bytes. */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
