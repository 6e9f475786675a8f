import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { download, gigabytes, hashOfFile, isTransferError } from '@kaito/oci';
import type { Progress, RemoteFile } from '@kaito/oci';
import * as z from 'zod';

import type { Logger, ModelFile } from '../../core/ports.ts';
import { isTransient, WeightsError } from './weights-error.ts';

/** Where weights are: on disk, or somewhere else. */
export type WeightsSource = { readonly kind: 'file'; readonly path: string } | RemoteSource;

export interface RemoteSource {
  readonly kind: 'remote';
  /** As `--model` names it. */
  readonly name: string;
  /** Where the file is kept, below the folder of weights; known before anybody is asked. */
  readonly place: string;
  /** Who is asked: `the hub`. */
  readonly keeper: string;
  /** Finds out what the file is without reading it. */
  locate(signal: AbortSignal): Promise<LocatedFile>;
}

export interface LocatedFile {
  readonly file: RemoteFile;
  /** Without folders. */
  readonly fileName: string;
}

export interface WeightsOptions {
  readonly source: WeightsSource;
  /** Where absolute paths of the arguments begin; `/` unless the pod has no root of its own. */
  readonly root: string;
  readonly weightsDir: string;
  readonly logger: Logger;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told what is being waited for. */
  readonly onDetail: (detail: string) => void;
}

export interface Weights {
  readonly path: string;
  /** Known once the whole file has been read, which may go on while the model is being loaded. */
  readonly file: Promise<ModelFile>;
}

/** Finds the weights on disk or fetches them, however long the hub is away; what cannot succeed is thrown. */
export async function obtainWeights(options: WeightsOptions, signal: AbortSignal): Promise<Weights> {
  const { source, root, weightsDir, logger } = options;
  if (source.kind === 'file') {
    return localFile(path.join(root, source.path), source.path, signal);
  }
  const target = path.join(root, weightsDir, source.place);
  const present = await recorded(target, source.name);
  if (present !== undefined) {
    logger.info({ source: source.name, sha256: present.sha256 }, 'Weights are already here');
    return { path: target, file: Promise.resolve(present) };
  }
  const file = await fetchPatiently(options, { source, target }, signal);
  return { path: target, file: Promise.resolve(file) };
}

async function localFile(file: string, source: string, signal: AbortSignal): Promise<Weights> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw new WeightsError(`there is no model file ${source}`, false);
  }
  const described = hashOfFile(file, signal).then((hash) => ({
    source,
    fileName: path.basename(file),
    sha256: hash.digest('hex'),
    sizeBytes: found.size,
  }));
  // It is awaited later; a failure before that must not end the process.
  described.catch(() => undefined);
  return { path: file, file: described };
}

interface Place {
  readonly source: RemoteSource;
  readonly target: string;
}

async function fetchPatiently(options: WeightsOptions, place: Place, signal: AbortSignal): Promise<ModelFile> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await fetchOnce(options, place, signal);
    } catch (error) {
      if (!isTransient(error) || !(error instanceof Error)) {
        throw error;
      }
      const asked = isTransferError(error) ? (error.retryAfterMs ?? 0) : 0;
      const delayMs = Math.max(asked, Math.min(30_000, 1000 * 2 ** attempt));
      options.logger.warn({ reason: error.message, delayMs }, 'Fetching the weights failed, trying again');
      options.onDetail(`waiting to fetch ${place.source.name} again: ${error.message}`);
      await options.sleep(delayMs, signal);
    }
  }
}

async function fetchOnce(options: WeightsOptions, { source, target }: Place, signal: AbortSignal): Promise<ModelFile> {
  const { logger, now } = options;
  options.onDetail(`asking ${source.keeper} for ${source.name}`);
  const { file, fileName } = await source.locate(signal);
  const startedAt = now();
  logger.info({ source: source.name, sizeBytes: file.sizeBytes, from: file.name }, 'Downloading weights');
  const onProgress = progressReport(options, source.name);
  const { partial, sha256, sizeBytes } = await download({ file, target, signal, onProgress });
  const record = { source: source.name, fileName, sha256, sizeBytes };
  // The record first: whoever finds the file in its place finds its digest too.
  await writeFile(recordPath(target), `${JSON.stringify(record)}\n`);
  await rename(partial, target);
  const durationMs = Math.round(now() - startedAt);
  logger.info({ source: source.name, sizeBytes, sha256, durationMs }, 'Weights downloaded');
  return record;
}

const REPORT_EVERY_MS = 2000;

function progressReport({ now, logger, onDetail }: WeightsOptions, source: string): (progress: Progress) => void {
  const start = { at: now(), bytes: -1 };
  let lastAt = start.at;
  return ({ doneBytes, totalBytes }) => {
    start.bytes = start.bytes < 0 ? doneBytes : start.bytes;
    const at = now();
    if (at - lastAt < REPORT_EVERY_MS) {
      return;
    }
    lastAt = at;
    const bytesPerSecond = Math.round(((doneBytes - start.bytes) * 1000) / (at - start.at));
    const of = totalBytes === undefined ? '' : ` of ${gigabytes(totalBytes)}`;
    onDetail(`downloading ${source}: ${gigabytes(doneBytes)}${of}, ${gigabytes(bytesPerSecond)}/s`);
    logger.info({ source, doneBytes, totalBytes, bytesPerSecond }, 'Downloading weights');
  };
}

const ModelRecord = z.object({ source: z.string(), fileName: z.string(), sha256: z.string(), sizeBytes: z.int() });

/** What an earlier start wrote down beside the file; undefined unless it is about this very file. */
async function recorded(target: string, source: string): Promise<ModelFile | undefined> {
  const [text, found] = await Promise.all([
    readFile(recordPath(target), 'utf8').catch(() => ''),
    stat(target).catch(() => undefined),
  ]);
  const record = ModelRecord.safeParse(parseJson(text)).data;
  return record?.source === source && record.sizeBytes === found?.size ? record : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function recordPath(target: string): string {
  return `${target}.json`;
}
