import { createHash } from 'node:crypto';

import type { CatalogFile } from './catalog.ts';

/** The one file that stands behind every name of the catalogue. */
export interface StandIn {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface HubRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly range?: string | undefined;
}

export interface HubAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent when the file is sent, or nothing. */
  readonly body?: object;
  /** The bytes of the stand-in to send, both ends included; absent for none. */
  readonly bytes?: { readonly start: number; readonly end: number };
}

const RESOLVE = /^\/(?<repo>[^/]+\/[^/]+)\/resolve\/(?<revision>[^/]+)\/(?<file>.+)$/u;
const MODEL = /^\/api\/models\/(?<repo>[^/]+\/[^/]+)(?:\/revision\/(?<revision>[^/]+))?$/u;

/** Answers as huggingface.co does, from a catalogue and one file. */
export function answerTo(request: HubRequest, catalog: readonly CatalogFile[], standIn: StandIn): HubAnswer {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, headers: { allow: 'GET, HEAD' }, body: { error: 'Method Not Allowed' } };
  }
  if (request.path === '/') {
    const files = catalog.map(({ repo, file, revision }) => `${repo}/${file}@${revision}`);
    return json({ about: `answers every file with ${standIn.name}`, stand_in: standIn, files });
  }
  const path = decoded(request.path);
  const file = RESOLVE.exec(path)?.groups;
  if (file !== undefined) {
    return fileAnswer(file, request, catalog, standIn);
  }
  const model = MODEL.exec(path)?.groups;
  return model === undefined ? missing('RepoNotFound', 'Repository not found') : modelAnswer(model, catalog);
}

type Names = Readonly<Record<string, string | undefined>>;

function fileAnswer(names: Names, request: HubRequest, catalog: readonly CatalogFile[], standIn: StandIn): HubAnswer {
  const found = find(names, catalog);
  if ('status' in found) {
    return found;
  }
  if (!found.files.some(({ file }) => file === names['file'])) {
    return missing('EntryNotFound', 'Entry not found');
  }
  const headers = {
    'accept-ranges': 'bytes',
    'content-type': 'application/octet-stream',
    etag: `"${standIn.sha256}"`,
    'x-linked-etag': `"${standIn.sha256}"`,
    'x-linked-size': String(standIn.sizeBytes),
    'x-repo-commit': found.commit,
    'x-kaito-stand-in': standIn.name,
  };
  const answer = ranged(request.range, headers, standIn.sizeBytes);
  return request.method === 'HEAD' ? { status: answer.status, headers: answer.headers } : answer;
}

function ranged(range: string | undefined, headers: Readonly<Record<string, string>>, size: number): HubAnswer {
  const asked = range === undefined ? undefined : readRange(range, size);
  if (asked === undefined) {
    const bytes = { start: 0, end: size - 1 };
    return { status: 200, headers: { ...headers, 'content-length': String(size) }, bytes };
  }
  if (asked.start > asked.end) {
    return { status: 416, headers: { ...headers, 'content-range': `bytes */${size}`, 'content-length': '0' } };
  }
  return {
    status: 206,
    headers: {
      ...headers,
      'content-range': `bytes ${asked.start}-${asked.end}/${size}`,
      'content-length': String(asked.end - asked.start + 1),
    },
    bytes: asked,
  };
}

/** Undefined when the header says nothing that is understood: then the whole file is the answer. */
function readRange(range: string, size: number): { readonly start: number; readonly end: number } | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/u.exec(range) ?? [];
  if (from !== '') {
    return { start: Number(from), end: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
  }
  return to === '' ? undefined : { start: Math.max(0, size - Number(to)), end: size - 1 };
}

function modelAnswer(names: Names, catalog: readonly CatalogFile[]): HubAnswer {
  const found = find(names, catalog);
  if ('status' in found) {
    return found;
  }
  const siblings = found.files.map(({ file }) => ({ rfilename: file }));
  return json({ id: found.repo, modelId: found.repo, sha: found.commit, private: false, tags: ['gguf'], siblings });
}

interface Repository {
  readonly repo: string;
  readonly commit: string;
  readonly files: readonly CatalogFile[];
}

function find({ repo = '', revision = 'main' }: Names, catalog: readonly CatalogFile[]): Repository | HubAnswer {
  const files = catalog.filter((entry) => entry.repo === repo);
  if (files.length === 0) {
    return missing('RepoNotFound', 'Repository not found');
  }
  const commit = commitOf(repo);
  const isKnown = revision === 'main' || revision === commit || files.some((entry) => entry.revision === revision);
  return isKnown ? { repo, commit, files } : missing('RevisionNotFound', `Invalid rev id: ${revision}`);
}

/** A repository that nobody adds to stays at its one commit. */
function commitOf(repo: string): string {
  return createHash('sha1').update(repo).digest('hex');
}

function missing(code: string, message: string): HubAnswer {
  const headers = { 'x-error-code': code, 'x-error-message': message, 'content-type': 'application/json' };
  return { status: 404, headers, body: { error: message } };
}

function json(body: object): HubAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
