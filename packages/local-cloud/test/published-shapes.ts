import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';

const shapeSchema = z.record(z.string(), z.string());
const shapesSchema = z.record(
  z.string(),
  z.strictObject({
    request: z.unknown().optional(),
    answers: z.record(
      z.string(),
      z.strictObject({ body: shapeSchema.optional(), headers: z.array(z.string()).optional() }),
    ),
  }),
);

/** Path of every field → its JSON type. */
export type Shape = Readonly<Record<string, string>>;
export type PublishedShapes = z.output<typeof shapesSchema>;

/**
 * The official examples of api-version 2025-10-01 (Azure/azure-rest-api-specs, MIT): their requests, and for each of
 * their answers the fields with their types and the names of the headers.
 */
export function publishedShapes(): PublishedShapes {
  const text = readFileSync(new URL('./published-aks-shapes.json', import.meta.url), 'utf8');
  return shapesSchema.parse(JSON.parse(text));
}

export function shapeOf(value: unknown, path = ''): Record<string, string> {
  if (Array.isArray(value)) {
    return { [path]: 'array', ...merged(value.map((entry) => shapeOf(entry, `${path}[]`))) };
  }
  if (typeof value !== 'object' || value === null) {
    return { [path]: typeof value };
  }
  const own = path === '' ? {} : { [path]: 'object' };
  const fields = Object.entries(value).map(([key, entry]) => shapeOf(entry, path === '' ? key : `${path}.${key}`));
  return { ...own, ...merged(fields) };
}

const PUBLISHED = new URL('../../../../shared/fixtures/', import.meta.url);
let isAbsenceTold = false;

/** The published data, where it lies beside the repository; undefined elsewhere, with one line that says so. */
export function publishedData(file: string): unknown {
  const url = new URL(file, PUBLISHED);
  if (existsSync(url)) {
    return JSON.parse(readFileSync(url, 'utf8'));
  }
  if (!isAbsenceTold) {
    isAbsenceTold = true;
    process.stdout.write('The published AKS data is not beside this repository: compared with its own copy alone\n');
  }
  return undefined;
}

function merged(parts: readonly Record<string, string>[]): Record<string, string> {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
}
