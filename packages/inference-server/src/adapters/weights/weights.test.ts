import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { RecordingLogger } from '../../../test/fakes.ts';
import { hubSource } from './hub-source.ts';
import { Hub } from './hub.ts';
import { obtainWeights } from './weights.ts';
import type { RemoteSource, WeightsOptions } from './weights.ts';

const CONTENT = Buffer.from('GGUF and then many weights');
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
const FILE = '/owner/name/resolve/main/model.gguf';
const NEVER = new AbortController().signal;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let folder = '';
let server: Server;
let handler: Handler;
let seen: string[];

/** What huggingface.co does: the first answer knows the digest and redirects to storage, which serves ranges. */
const hubLike: Handler = (request, response) => {
  if (request.url === FILE) {
    response.writeHead(302, {
      location: `http://localhost:${portOf(server)}/storage`,
      'x-linked-etag': `"${SHA256}"`,
      'x-linked-size': String(CONTENT.length),
    });
    response.end();
    return;
  }
  const from = Number(/bytes=(\d+)-/u.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': CONTENT.length - from });
  response.end(CONTENT.subarray(from));
};

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'kaito-weights-'));
  seen = [];
  handler = hubLike;
  server = createServer((request, response) => {
    const { authorization = '-', range = '-' } = request.headers;
    seen.push(`${request.method ?? ''} ${request.url ?? ''} ${range} ${authorization}`);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

function portOf(listening: Server): number {
  const address: AddressInfo | string | null = listening.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function fromHub(revision: string, endpoint = `http://127.0.0.1:${portOf(server)}`): RemoteSource {
  const hub = new Hub({ endpoint, token: 'secret', fetch: globalThis.fetch });
  return hubSource(hub, { repo: 'owner/name', file: 'model.gguf', revision });
}

function options(
  change: Partial<WeightsOptions> = {},
): WeightsOptions & { readonly slept: number[]; readonly details: string[] } {
  const slept: number[] = [];
  const details: string[] = [];
  let timeMs = 0;
  return {
    source: fromHub('main'),
    root: folder,
    weightsDir: '/workspace/weights',
    logger: new RecordingLogger(),
    now: () => (timeMs += 1500),
    sleep: async (ms) => {
      slept.push(ms);
    },
    onDetail: (detail) => details.push(detail),
    slept,
    details,
    ...change,
  };
}

const target = (): string => path.join(folder, 'workspace/weights/owner/name/model.gguf');

/** Resolves when the file has this size: what a broken connection leaves in memory does not count. */
async function sizeOf(file: string, size: number): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found?.size !== size) {
    await new Promise(setImmediate);
    await sizeOf(file, size);
  }
}

describe('obtainWeights', () => {
  test('fetches the file, checks its digest and tells the token only to the hub', async () => {
    const weights = await obtainWeights(options(), NEVER);
    expect(weights.path).toBe(target());
    expect(await readFile(weights.path)).toEqual(CONTENT);
    expect(await weights.file).toEqual({
      source: 'hf:owner/name/model.gguf@main',
      fileName: 'model.gguf',
      sha256: SHA256,
      sizeBytes: CONTENT.length,
    });
    expect(seen).toEqual([`HEAD ${FILE} - Bearer secret`, `GET ${FILE} - Bearer secret`, 'GET /storage - -']);
    expect(await readdir(path.dirname(weights.path))).toEqual(['model.gguf', 'model.gguf.json']);
  });

  test('asks nobody for what it has fetched before', async () => {
    await obtainWeights(options(), NEVER);
    seen = [];
    const again = await obtainWeights(options(), NEVER);
    expect((await again.file).sha256).toBe(SHA256);
    expect(seen).toEqual([]);
  });

  test('fetches anew when another revision is asked for', async () => {
    await obtainWeights(options(), NEVER);
    seen = [];
    handler = (request, response) => {
      response.writeHead(200, { etag: `"${SHA256}"`, 'content-length': CONTENT.length });
      response.end(request.method === 'HEAD' ? undefined : CONTENT);
    };
    await obtainWeights(options({ source: fromHub('v2') }), NEVER);
    expect(seen[0]).toBe('HEAD /owner/name/resolve/v2/model.gguf - Bearer secret');
  });

  test('goes on where an earlier attempt ended', async () => {
    await mkdir(path.dirname(target()), { recursive: true });
    await writeFile(`${target()}.partial`, CONTENT.subarray(0, 10));
    await obtainWeights(options(), NEVER);
    expect(await readFile(target())).toEqual(CONTENT);
    expect(seen).toContain('GET /storage bytes=10- -');
  });

  test('takes a complete earlier attempt as it is', async () => {
    await mkdir(path.dirname(target()), { recursive: true });
    await writeFile(`${target()}.partial`, CONTENT);
    await obtainWeights(options(), NEVER);
    expect(seen).toEqual([`HEAD ${FILE} - Bearer secret`]);
  });

  test('throws away what does not have the digest, and tries again', async () => {
    await mkdir(path.dirname(target()), { recursive: true });
    await writeFile(`${target()}.partial`, 'GGUF something else');
    const used = options();
    await obtainWeights(used, NEVER);
    expect(await readFile(target())).toEqual(CONTENT);
    expect(used.slept).toEqual([1000]);
    expect(used.details).toContainEqual(expect.stringContaining('it was thrown away'));
  });

  test('tries again, later and later, while the hub is in trouble, and resumes a broken transfer', async () => {
    let requests = 0;
    handler = (request, response) => {
      requests += 1;
      if (requests <= 2) {
        response.writeHead(503).end();
      } else if (request.url === '/storage' && requests <= 5) {
        response.writeHead(200, { 'content-length': CONTENT.length });
        response.write(CONTENT.subarray(0, 5));
        void sizeOf(`${target()}.partial`, 5).then(() => response.destroy());
      } else {
        hubLike(request, response);
      }
    };
    const used = options();
    await obtainWeights(used, NEVER);
    expect(await readFile(target())).toEqual(CONTENT);
    expect(used.slept).toEqual([1000, 2000, 4000]);
    expect(seen.at(-1)).toBe('GET /storage bytes=5- -');
  });

  test('waits for a hub that cannot be reached until it is told to stop', async () => {
    const stop = new AbortController();
    const used = options({
      source: fromHub('main', 'http://127.0.0.1:1'),
      sleep: async (_, signal) => {
        stop.abort(new Error('told to stop'));
        signal.throwIfAborted();
      },
    });
    await expect(obtainWeights(used, stop.signal)).rejects.toThrow('told to stop');
    expect(used.details.at(-1)).toMatch(/cannot reach http:\/\/127\.0\.0\.1:1/u);
  });

  test('follows a renamed repository', async () => {
    handler = (request, response) => {
      if (request.url?.startsWith('/owner/') === true) {
        response.writeHead(307, { location: '/new/name/resolve/main/model.gguf' }).end();
        return;
      }
      response.writeHead(200, { etag: `"${SHA256}"`, 'content-length': CONTENT.length });
      response.end(request.method === 'HEAD' ? undefined : CONTENT);
    };
    expect((await (await obtainWeights(options(), NEVER)).file).sha256).toBe(SHA256);
  });

  test('does without a digest where the hub names none, and then does not resume', async () => {
    await mkdir(path.dirname(target()), { recursive: true });
    await writeFile(`${target()}.partial`, 'abc');
    handler = (request, response) => {
      response.writeHead(200, { etag: '"5d41402a"' });
      response.end(request.method === 'HEAD' ? undefined : CONTENT);
    };
    expect((await (await obtainWeights(options(), NEVER)).file).sha256).toBe(SHA256);
    expect(await readFile(target())).toEqual(CONTENT);
  });

  test('reports progress every two seconds', async () => {
    let timeMs = 0;
    const used = options({ now: () => (timeMs += 2500) });
    await obtainWeights(used, NEVER);
    expect(used.details[0]).toBe('asking the hub for hf:owner/name/model.gguf@main');
    expect(used.details).toContainEqual(expect.stringMatching(/^downloading hf:owner\/name\/model.gguf@main: /u));
  });

  test.each([
    [
      404,
      'EntryNotFound',
      'owner/name at HUB has no file model.gguf at revision main; its GGUF files are: a.gguf, b.gguf',
    ],
    [404, 'RevisionNotFound', 'owner/name at HUB has no revision main'],
    [404, 'RepoNotFound', 'there is no repository owner/name with a file model.gguf at HUB'],
    [401, '', 'HUB refuses owner/name (401): the token in HF_TOKEN may not read it, or the repository does not exist'],
    [400, '', 'HUB answered 400 for owner/name/model.gguf'],
  ])('says what is wrong on %i %s', async (status, code, message) => {
    handler = (request, response) => {
      if (request.url === '/api/models/owner/name/revision/main') {
        response.end('{"siblings":[{"rfilename":"README.md"},{"rfilename":"a.gguf"},{"rfilename":"b.gguf"}]}');
      } else {
        response.writeHead(status, { 'x-error-code': code }).end();
      }
    };
    await expect(obtainWeights(options(), NEVER)).rejects.toThrow(
      message.replace('HUB', `http://127.0.0.1:${portOf(server)}`),
    );
  });

  test('says when the disk is too small', async () => {
    handler = (_, response) => {
      response.writeHead(302, { location: 'http://localhost/x', 'x-linked-size': '1000000000000000000' }).end();
    };
    await expect(obtainWeights(options(), NEVER)).rejects.toThrow(/has 1000000000\.00 GB, but .* has only .* GB free/u);
  });

  test('says when the weights folder cannot be made', async () => {
    await writeFile(path.join(folder, 'workspace'), '');
    await expect(obtainWeights(options(), NEVER)).rejects.toThrow(/cannot make the folder/u);
  });

  test('takes a file of the pod below its root', async () => {
    await writeFile(path.join(folder, 'model.gguf'), CONTENT);
    const weights = await obtainWeights(options({ source: { kind: 'file', path: '/model.gguf' } }), NEVER);
    expect(weights.path).toBe(path.join(folder, 'model.gguf'));
    expect(await weights.file).toMatchObject({ source: '/model.gguf', sha256: SHA256 });
  });

  test('says when there is no such file', async () => {
    const missing = options({ source: { kind: 'file', path: '/nowhere.gguf' } });
    await expect(obtainWeights(missing, NEVER)).rejects.toThrow('there is no model file /nowhere.gguf');
  });
});
