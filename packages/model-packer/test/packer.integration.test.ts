import { execFile } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bytesBody, digestOf, ImageLayout, jsonBytes, MEDIA_TYPES, Repository } from '@kaito/oci';
import { startTestRegistry, TEST_ACCOUNT, testTool } from '@kaito/testkit';
import type { TestRegistry } from '@kaito/testkit';

const MAIN = path.join(import.meta.dirname, '../src/main.ts');
const BUILD_MS = 600_000;
const NEVER = new AbortController().signal;
const run = promisify(execFile);
/** 3 MiB that begin as a GGUF file does. */
const WEIGHTS = Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(3 * 1024 * 1024, 'weights')]);
const FILE_DIGEST = digestOf(WEIGHTS);

let registry: TestRegistry;
let folder = '';
let file = '';
let crane = '';

beforeAll(async () => {
  crane = await testTool('crane');
  registry = await startTestRegistry();
  folder = await mkdtemp(path.join(os.tmpdir(), 'kaito-packer-'));
  file = path.join(folder, 'tiny.gguf');
  await writeFile(file, WEIGHTS);
}, BUILD_MS);

afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function packer(args: readonly string[], dockerConfig = folder): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const environment = { PATH: process.env['PATH'], DOCKER_CONFIG: dockerConfig };
  execFile(process.execPath, [MAIN, ...args], { env: environment, cwd: folder }, (error, stdout, stderr) => {
    resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
  });
  return promise;
}

/** An image as Docker's builders make them: a compressed layer, and media types of Docker. */
async function pushBase(name: string, user = '1000:1000'): Promise<{ readonly digest: string; readonly size: number }> {
  const work = await mkdtemp(path.join(folder, 'base-'));
  await writeFile(path.join(work, 'hello'), `hello ${user}`);
  const { stdout } = await run('tar', ['-c', '-C', work, 'hello'], { encoding: 'buffer' });
  const layer = gzipSync(stdout);
  const config = jsonBytes({
    architecture: 'amd64',
    os: 'linux',
    config: { User: user, Env: ['A=B'], Entrypoint: ['node', '/app/main.js'] },
    rootfs: { type: 'layers', diff_ids: [digestOf(stdout)] },
  });
  const repository = new Repository(
    { registry: registry.host, repository: name, isPlainHttp: false },
    { userAgent: 't' },
  );
  for (const bytes of [layer, config]) {
    const descriptor = { mediaType: 'x', digest: digestOf(bytes), size: bytes.length };
    await repository.pushBlob(descriptor, bytesBody(bytes), NEVER);
  }
  const manifest = jsonBytes({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.dockerManifest,
    config: { mediaType: MEDIA_TYPES.dockerConfig, digest: digestOf(config), size: config.length },
    layers: [{ mediaType: MEDIA_TYPES.dockerLayer, digest: digestOf(layer), size: layer.length }],
  });
  const digest = await repository.pushManifest({ mediaType: MEDIA_TYPES.dockerManifest, bytes: manifest }, 'v1', NEVER);
  return { digest, size: manifest.length };
}

function digestIn(report: string): string | undefined {
  return /^digest\s+(\S+)$/mu.exec(report)?.[1];
}

async function craneJson(...args: readonly string[]): Promise<unknown> {
  return JSON.parse((await run(crane, args)).stdout);
}

/** Name and content's digest of every file in the image. */
async function filesOf(tar: Buffer): Promise<Readonly<Record<string, string>>> {
  const work = await mkdtemp(path.join(folder, 'files-'));
  await writeFile(path.join(folder, 'image.tar'), tar);
  await run('tar', ['-xf', path.join(folder, 'image.tar'), '-C', work]);
  const files = (await readdir(work, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
  const entries = files.map(async ({ parentPath, name }) => {
    const found = path.join(parentPath, name);
    return [path.relative(work, found), digestOf(await readFile(found))] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

describe('pack', () => {
  test('sends an artifact that others can read, and says what it is', async () => {
    const name = `${registry.host}/team/tiny:q4`;
    const { code, stdout, stderr } = await packer(['pack', '--file', 'tiny.gguf', '--to', name]);
    expect([code, stderr.trim()]).toEqual([0, '']);
    expect(stdout).toContain(`artifact  oci://${name}\n`);
    expect(stdout).toContain(`file      tiny.gguf, 3.15 MB, ${FILE_DIGEST}\n`);
    expect(stdout).toContain(`digest    ${(await run(crane, ['digest', name])).stdout.trim()}\n`);
    expect(await craneJson('manifest', name)).toMatchObject({
      artifactType: 'application/vnd.cncf.model.manifest.v1+json',
      config: { mediaType: 'application/vnd.cncf.model.config.v1+json' },
      layers: [{ mediaType: 'application/vnd.cncf.model.weight.v1.raw', digest: FILE_DIGEST, size: WEIGHTS.length }],
    });
    expect(await craneJson('config', name)).toEqual({
      descriptor: { name: 'tiny' },
      config: { format: 'gguf' },
      modelfs: { type: 'layers', diffIds: [FILE_DIGEST] },
    });
  });

  test('uses the account for the registry, and names it nowhere', async () => {
    const guarded = await startTestRegistry({ kind: 'basic' });
    const name = `${guarded.host}/team/tiny:q4`;
    const refused = await packer(['pack', '--file', file, '--to', name]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('no credentials for this registry were given');
    const { username, password } = TEST_ACCOUNT;
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    const docker = await mkdtemp(path.join(folder, 'docker-'));
    await writeFile(path.join(docker, 'config.json'), JSON.stringify({ auths: { [guarded.host]: { auth } } }));
    const packed = await packer(['pack', '--file', file, '--to', name], docker);
    expect(packed.code).toBe(0);
    expect(packed.stdout + packed.stderr + refused.stderr).not.toMatch(/sesame|b3Blbi/u);
    await guarded.stop();
  });
});

describe('bake', () => {
  test('puts the weights on an image of the registry', async () => {
    await pushBase('base/server');
    const [base, image] = [`${registry.host}/base/server:v1`, `${registry.host}/team/baked:q4`];
    const { code, stdout, stderr } = await packer(['bake', '--file', file, '--image', image, '--base', base]);
    expect([code, stderr.trim()]).toEqual([0, '']);
    expect(stdout).toContain(`weights  /models/tiny.gguf, ${FILE_DIGEST}\n`);
    await run(crane, ['validate', '--fast', '--remote', image]);
    expect(await craneJson('config', image)).toMatchObject({
      config: {
        User: '1000:1000',
        Env: ['A=B', 'MODEL=/models/tiny.gguf'],
        Entrypoint: ['node', '/app/main.js'],
        Labels: {
          'org.opencontainers.image.base.name': base,
          'org.opencontainers.image.base.digest': (await run(crane, ['digest', base])).stdout.trim(),
          'sh.kaito.model.digest': FILE_DIGEST,
        },
      },
    });
    const { stdout: tar } = await run(crane, ['export', image, '-'], { encoding: 'buffer', maxBuffer: 2 ** 26 });
    expect(await filesOf(tar)).toEqual({
      hello: digestOf(Buffer.from('hello 1000:1000')),
      'models/tiny.gguf': FILE_DIGEST,
    });
  });

  test('makes the same image anywhere: in a folder, and from it', async () => {
    await pushBase('base/again');
    const base = `${registry.host}/base/again:v1`;
    const remote = await packer(['bake', '--file', file, '--image', `${registry.host}/team/again:q4`, '--base', base]);
    const local = await packer(['bake', '--file', file, '--image', './out:q4', '--base', base]);
    expect(local.stdout).toContain('image    oci:out:q4\n');
    expect(digestIn(local.stdout)).toMatch(/^sha256:/u);
    expect(digestIn(local.stdout)).toBe(digestIn(remote.stdout));
    await run(crane, ['push', path.join(folder, 'out'), `${registry.host}/team/from-folder:q4`]);
    await run(crane, ['validate', '--fast', '--remote', `${registry.host}/team/from-folder:q4`]);

    const next = await packer([
      'bake',
      '--file',
      file,
      '--image',
      `${registry.host}/team/twice:q4`,
      '--base',
      './out:q4',
    ]);
    expect(next.code).toBe(0);
    await run(crane, ['validate', '--fast', '--remote', `${registry.host}/team/twice:q4`]);
  });

  test('takes the base of the right platform', async () => {
    const [amd, arm] = [await pushBase('base/multi', '1'), await pushBase('base/multi', '2')];
    const index = jsonBytes({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.index,
      manifests: [
        { mediaType: MEDIA_TYPES.dockerManifest, ...amd, platform: { os: 'linux', architecture: 'amd64' } },
        { mediaType: MEDIA_TYPES.dockerManifest, ...arm, platform: { os: 'linux', architecture: 'arm64' } },
      ],
    });
    const multi = new Repository(
      { registry: registry.host, repository: 'base/multi', isPlainHttp: false },
      { userAgent: 't' },
    );
    await multi.pushManifest({ mediaType: MEDIA_TYPES.index, bytes: index }, 'all', NEVER);
    const bake = (platform: string): readonly string[] => {
      const [image, base] = [`${registry.host}/team/multi:q4`, `${registry.host}/base/multi:all`];
      return ['bake', '--file', file, '--image', image, '--base', base, '--platform', platform];
    };
    expect((await packer(bake('linux/arm64'))).code).toBe(0);
    expect(await craneJson('config', `${registry.host}/team/multi:q4`)).toMatchObject({ config: { User: '2' } });
    const wrong = await packer(bake('linux/s390x'));
    expect(wrong.stderr).toContain('is not made for linux/s390x, but for linux/amd64, linux/arm64');
  });

  test('says when there is no base', async () => {
    const { code, stderr } = await packer(['bake', '--file', file, '--image', './out:q5', '--base', './nowhere:v1']);
    expect(code).toBe(1);
    expect(stderr.trim()).toMatch(/^model: .*nowhere is no OCI image layout: there is no .*index\.json$/u);
    const none = new ImageLayout(path.join(folder, 'out'));
    await expect(none.manifest('q5')).rejects.toThrow('name one');
  });
});

test.each([
  ['a missing file', ['pack', '--file', 'none.gguf'], 'model: there is no file none.gguf'],
  ['a file of another format', ['pack', '--file', MAIN], 'main.ts is no GGUF file'],
])('ends with a sentence for %s', async (_, args, message) => {
  const { code, stderr } = await packer([...args, '--to', `${registry.host}/a:b`]);
  expect(code).toBe(1);
  expect(stderr).toContain(message);
});

test('shows its help', async () => {
  const { code, stdout } = await packer(['--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('npm run model -- pack --file FILE.gguf --to NAME:TAG');
});
