import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import * as z from 'zod';

import type { ModelReference } from '../../core/model-reference.ts';
import type { Logger, ModelFile } from '../../core/ports.ts';
import { download, gigabytes, sha256OfFile } from './download.ts';
import type { Progress } from './download.ts';
import type { Hub } from './hub.ts';
import { isTransient, WeightsError } from './weights-error.ts';

export interface WeightsOptions {
  readonly reference: ModelReference;
  /** Where absolute paths of the arguments begin; `/` unless the pod has no root of its own. */
  readonly root: string;
  readonly weightsDir: string;
  readonly hub: Hub;
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
  const { reference } = options;
  if (reference.kind === 'file') {
    return localFile(path.join(options.root, reference.path), reference.path, signal);
  }
  const target = path.join(options.root, options.weightsDir, reference.repo, reference.file);
  const source = `hf:${reference.repo}/${reference.file}@${reference.revision}`;
  const present = await recorded(target, source);
  if (present !== undefined) {
    options.logger.info({ source, sha256: present.sha256 }, 'Weights are already here');
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
  const described = sha256OfFile(file, signal).then((sha256) => modelFile(source, file, sha256, found.size));
  // It is awaited later; a failure before that must not end the process.
  described.catch(() => undefined);
  return { path: file, file: described };
}

interface Place {
  readonly source: string;
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
      const delayMs = Math.min(30_000, 1000 * 2 ** attempt);
      options.logger.warn({ reason: error.message, delayMs }, 'Fetching the weights failed, trying again');
      options.onDetail(`waiting to fetch ${place.source} again: ${error.message}`);
      await options.sleep(delayMs, signal);
    }
  }
}

async function fetchOnce(options: WeightsOptions, { source, target }: Place, signal: AbortSignal): Promise<ModelFile> {
  const { reference, hub, logger, now } = options;
  if (reference.kind !== 'hub') {
    throw new WeightsError(`${source} is not on a hub`, false);
  }
  options.onDetail(`asking the hub for ${source}`);
  const file = await hub.describe(reference, signal);
  const startedAt = now();
  logger.info({ source, sizeBytes: file.sizeBytes, from: file.url.href }, 'Downloading weights');
  const onProgress = progressReport(options, source);
  const { partial, sha256, sizeBytes } = await download({ hub, file, target, signal, onProgress });
  const record = modelFile(source, target, sha256, sizeBytes);
  // The record first: whoever finds the file in its place finds its digest too.
  await writeFile(recordPath(target), `${JSON.stringify(record)}\n`);
  await rename(partial, target);
  logger.info({ source, sizeBytes, sha256, durationMs: Math.round(now() - startedAt) }, 'Weights downloaded');
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

function modelFile(source: string, file: string, sha256: string, sizeBytes: number): ModelFile {
  return { source, fileName: path.basename(file), sha256, sizeBytes };
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
