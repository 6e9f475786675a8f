import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestRegistry, tcpProxy, TEST_ACCOUNT, testTool } from '@kaito/testkit';
import type { TestRegistry } from '@kaito/testkit';

import {
  bytesBody,
  digestOf,
  isTransferError,
  jsonBytes,
  MEDIA_TYPES,
  modelConfig,
  modelManifest,
  parseManifest,
  pullBlob,
  Repository,
  weightsLayer,
} from '../src/index.ts';
import type { Credentials, Descriptor, Progress } from '../src/index.ts';
import { REFRESH_TOKEN, startTokenServer } from './token-server.ts';
import type { TokenServer } from './token-server.ts';

const NEVER = new AbortController().signal;
/** The first use of the registry and of crane builds them. */
const BUILD_MS = 600_000;
const MIB = 1024 * 1024;
const BLOB = patterned(8 * MIB);
const CREDENTIALS: Credentials = { kind: 'password', ...TEST_ACCOUNT };
const run = promisify(execFile);

let registry: TestRegistry;
let folder = '';

beforeAll(async () => {
  registry = await startTestRegistry();
  folder = await mkdtemp(path.join(os.tmpdir(), 'kaito-oci-'));
}, BUILD_MS);

afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Not the same in any two places, so that halves that do not belong together show. */
function patterned(length: number): Buffer {
  const blocks = Array.from({ length: length / 32 }, (_, index) => createHash('sha256').update(String(index)).digest());
  return Buffer.concat(blocks);
}

function repository(name: string, host = registry.host, credentials?: Credentials): Repository {
  return new Repository(
    { registry: host, repository: name, isPlainHttp: false },
    { userAgent: 'kaito-tests', credentials },
  );
}

function descriptorOf(bytes: Buffer): Descriptor {
  return { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length };
}

async function push(to: Repository, bytes: Buffer): Promise<Descriptor> {
  const descriptor = descriptorOf(bytes);
  await to.pushBlob(descriptor, bytesBody(bytes), NEVER);
  return descriptor;
}

interface Pulled {
  readonly target: string;
  readonly progress: Progress[];
}

async function pull(from: Repository, descriptor: Descriptor, name: string): Promise<Pulled> {
  const target = path.join(folder, name);
  const progress: Progress[] = [];
  await pullBlob(from, descriptor, { target, signal: NEVER, onProgress: (at) => progress.push(at) });
  return { target, progress };
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function blobFile(digest: string): Promise<string> {
  const hex = digest.replace('sha256:', '');
  return path.join(registry.folder, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
}

describe('blobs', () => {
  test('go to the registry and come back the same, and are not sent twice', async () => {
    const models = repository('round/trip');
    const descriptor = await push(models, BLOB);
    let reads = 0;
    const unread = {
      length: BLOB.length,
      chunks: () => {
        reads += 1;
        return bytesBody(BLOB).chunks(NEVER);
      },
    };
    await models.pushBlob(descriptor, unread, NEVER);
    expect(reads).toBe(0);
    const { target, progress } = await pull(models, descriptor, 'round-trip');
    expect(digestOf(await readFile(target))).toBe(descriptor.digest);
    expect(progress.at(-1)).toEqual({ doneBytes: BLOB.length, totalBytes: BLOB.length });
    expect((await readdir(folder)).filter((name) => name.startsWith('round-trip'))).toEqual(['round-trip']);
  });

  test('are gone on with after the connection was cut', async () => {
    const descriptor = await push(repository('cut/short'), BLOB);
    const proxy = await tcpProxy({ host: '127.0.0.1', port: registry.port });
    proxy.trickle({ bytes: 2 * MIB, everyMs: 5 });
    const through = repository('cut/short', `127.0.0.1:${proxy.port}`);
    const target = path.join(folder, 'cut-short');
    const onProgress = ({ doneBytes }: Progress): void => {
      if (doneBytes > MIB) {
        proxy.cut();
      }
    };
    const error = await failure(pullBlob(through, descriptor, { target, signal: NEVER, onProgress }));
    expect(isTransferError(error, 'Network') && error.isTransient).toBe(true);
    const { size: kept } = await stat(`${target}.partial`);
    expect(kept).toBeGreaterThan(MIB);
    proxy.trickle(undefined);
    const { progress } = await pull(through, descriptor, 'cut-short');
    expect(progress[0]?.doneBytes).toBeGreaterThan(kept);
    expect(digestOf(await readFile(target))).toBe(descriptor.digest);
    await proxy.close();
  });

  test('that the registry has spoilt are refused and thrown away', async () => {
    const bytes = Buffer.from('weights that will be spoilt');
    const models = repository('spoilt');
    const descriptor = await push(models, bytes);
    await writeFile(await blobFile(descriptor.digest), 'weights that have been spoil');
    await truncate(await blobFile(descriptor.digest), bytes.length);
    const error = await failure(pull(models, descriptor, 'spoilt'));
    expect(isTransferError(error, 'Corrupt')).toBe(true);
    expect((await readdir(folder)).filter((name) => name.startsWith('spoilt'))).toEqual([]);
  });

  test('that are not what they are called are refused by the registry', async () => {
    const descriptor = { ...descriptorOf(Buffer.from('a')), size: 1 };
    const error = await failure(repository('liar').pushBlob(descriptor, bytesBody(Buffer.from('b')), NEVER));
    expect(error).toMatchObject({ kind: 'Rejected', message: expect.stringContaining('DIGEST_INVALID') });
  });

  test('are taken from another repository of the registry without being sent', async () => {
    const descriptor = await push(repository('mount/source'), Buffer.from('to be mounted'));
    const unreadable = {
      length: descriptor.size,
      chunks: () => {
        throw new Error('nobody should read this');
      },
    };
    const target = repository('mount/target');
    await target.pushBlob(descriptor, unreadable, NEVER, 'mount/source');
    expect(await target.hasBlob(descriptor, NEVER)).toBe(true);
  });

  test('that break while they are read for sending say so', async () => {
    const broken = {
      length: 100,
      chunks: async function* () {
        yield Buffer.alloc(10);
        throw new Error('the disk is gone');
      },
    };
    const descriptor = { mediaType: 'x', digest: digestOf(Buffer.alloc(100)), size: 100 };
    const error = await failure(repository('broken').pushBlob(descriptor, broken, NEVER));
    expect(error).toMatchObject({ kind: 'Disk', message: 'cannot read what is to be sent: the disk is gone' });
  });
});

describe('manifests', () => {
  test(
    'are found by tag and by digest, and read by crane',
    async () => {
      const models = repository('team/model');
      const layer = weightsLayer('story.gguf', await push(models, BLOB));
      const configBytes = jsonBytes(modelConfig('story', layer));
      const config = { ...(await push(models, configBytes)), mediaType: 'application/vnd.cncf.model.config.v1+json' };
      const bytes = jsonBytes(modelManifest(config, layer));
      const digest = await models.pushManifest({ mediaType: MEDIA_TYPES.manifest, bytes }, 'v1', NEVER);
      const byTag = await models.manifest('v1', NEVER);
      expect(byTag).toEqual({ mediaType: MEDIA_TYPES.manifest, digest, bytes });
      expect(await models.manifest(digest, NEVER)).toEqual(byTag);
      expect(parseManifest(byTag)).toMatchObject({ kind: 'manifest', manifest: { layers: [layer] } });

      const crane = await testTool('crane');
      const seen = await run(crane, ['manifest', `${registry.host}/team/model:v1`]);
      expect(JSON.parse(seen.stdout)).toEqual(JSON.parse(bytes.toString()));
      const blob = await run(crane, ['blob', `${registry.host}/team/model@${layer.digest}`], {
        encoding: 'buffer',
        maxBuffer: 2 * BLOB.length,
      });
      expect(digestOf(blob.stdout)).toBe(layer.digest);
    },
    BUILD_MS,
  );

  test('that do not exist are not found', async () => {
    const error = await failure(repository('no/such').manifest('v1', NEVER));
    expect(error).toMatchObject({
      kind: 'NotFound',
      message: expect.stringMatching(/^127\.0\.0\.1:\d+\/no\/such:v1: .* answered 404 \((?:NAME|MANIFEST)_UNKNOWN/u),
    });
  });
});

test('a registry that cannot be reached is a passing trouble', async () => {
  const error = await failure(repository('any', '127.0.0.1:1').manifest('v1', NEVER));
  expect(error).toMatchObject({ kind: 'Network', isTransient: true, message: expect.stringContaining('ECONNREFUSED') });
});

test('stops when told to', async () => {
  const stop = new AbortController();
  stop.abort(new Error('told to stop'));
  await expect(repository('any').manifest('v1', stop.signal)).rejects.toThrow('told to stop');
});

describe('a registry with an account', () => {
  let guarded: TestRegistry;
  beforeAll(async () => {
    guarded = await startTestRegistry({ kind: 'basic' });
  });
  afterAll(async () => {
    await guarded.stop();
  });

  test('lets in who knows the password', async () => {
    const models = repository('model', guarded.host, CREDENTIALS);
    const descriptor = await push(models, Buffer.from('behind a password'));
    expect(await models.hasBlob(descriptor, NEVER)).toBe(true);
  });

  test('refuses others, and no password is in what is said', async () => {
    const anonymous = await failure(repository('model', guarded.host).manifest('v1', NEVER));
    expect(anonymous).toMatchObject({
      kind: 'Unauthorized',
      isTransient: false,
      message: expect.stringContaining('no credentials for this registry were given'),
    });
    const wrong = { kind: 'password', username: 'user', password: 'close sesame' } as const;
    const refused = await failure(repository('model', guarded.host, wrong).manifest('v1', NEVER));
    expect(refused).toMatchObject({
      kind: 'Unauthorized',
      message: expect.stringContaining('the credentials for this registry may not do that'),
    });
    expect(JSON.stringify([String(refused), refused])).not.toContain('sesame');
  });
});

describe('a registry with a token server', () => {
  let tokens: TokenServer;
  let guarded: TestRegistry;
  beforeAll(async () => {
    tokens = await startTokenServer();
    guarded = await startTestRegistry({ kind: 'token', ...tokens });
  });
  afterAll(async () => {
    await guarded.stop();
    tokens.close();
  });

  test('is asked once for each right', async () => {
    const models = repository('bearer/model', guarded.host, CREDENTIALS);
    tokens.asked.length = 0;
    const descriptor = await push(models, Buffer.from('behind a token'));
    await pull(models, descriptor, 'bearer');
    expect(tokens.asked).toEqual([
      'GET repository:bearer/model:pull known',
      'GET repository:bearer/model:pull,push known',
    ]);
  });

  test('takes the token of an earlier sign-in', async () => {
    const signedIn = repository('bearer/again', guarded.host, { kind: 'identityToken', token: REFRESH_TOKEN });
    tokens.asked.length = 0;
    await push(signedIn, Buffer.from('signed in before'));
    expect(tokens.asked).toEqual([
      'POST repository:bearer/again:pull known',
      'POST repository:bearer/again:pull,push known',
    ]);
  });

  test('lets anybody read, and nobody unknown write', async () => {
    const anonymous = repository('bearer/open', guarded.host);
    await push(repository('bearer/open', guarded.host, CREDENTIALS), Buffer.from('for all'));
    expect(await anonymous.hasBlob(descriptorOf(Buffer.from('for all')), NEVER)).toBe(true);
    const error = await failure(push(anonymous, Buffer.from('from nobody')));
    expect(isTransferError(error, 'Unauthorized', 'Denied')).toBe(true);
  });
});
