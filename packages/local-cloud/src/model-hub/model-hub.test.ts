import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { readCatalog } from './catalog.ts';
import { startModelHub } from './model-hub.ts';
import type { ModelHub } from './model-hub.ts';

const CONTENT = Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(3_000_000, 'weights')]);

describe('readCatalog', () => {
  test('finds the files that presets name', () => {
    const yaml = `presets:
      - name: one
        gguf: { repo: owner/name, file: a.gguf, revision: v1 }
      - name: two
      - name: three
        gguf: { repo: owner/name, file: b.gguf }
    `;
    expect(readCatalog(yaml)).toEqual([
      { repo: 'owner/name', file: 'a.gguf', revision: 'v1' },
      { repo: 'owner/name', file: 'b.gguf', revision: 'main' },
    ]);
  });

  test('reads our own catalogue', async () => {
    const file = path.join(import.meta.dirname, '../../../workspace-controller/presets.yaml');
    expect(readCatalog(await readFile(file, 'utf8'))).toContainEqual({
      repo: 'microsoft/Phi-3-mini-4k-instruct-gguf',
      file: 'Phi-3-mini-4k-instruct-q4.gguf',
      revision: 'main',
    });
  });
});

describe('startModelHub', () => {
  let folder = '';
  let hub: ModelHub | undefined;
  let lines: string[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'kaito-hub-'));
    lines = [];
  });

  afterEach(async () => {
    await hub?.close();
    hub = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  async function start(content: string | Buffer): Promise<ModelHub> {
    const standInFile = path.join(folder, 'small.gguf');
    await writeFile(standInFile, content);
    hub = await startModelHub({
      host: '127.0.0.1',
      port: 0,
      catalog: [{ repo: 'owner/name', file: 'big.gguf', revision: 'main' }],
      standInFile,
      onRequest: (line) => lines.push(line),
    });
    return hub;
  }

  test('serves the file whole and in parts', async () => {
    const { endpoint } = await start(CONTENT);
    const url = `${endpoint}/owner/name/resolve/main/big.gguf?download=true`;
    const head = await fetch(url, { method: 'HEAD' });
    expect(head.headers.get('etag')).toBe(`"${createHash('sha256').update(CONTENT).digest('hex')}"`);
    expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(CONTENT)).toBe(true);
    const part = await fetch(url, { headers: { range: 'bytes=2999999-' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(CONTENT.subarray(2_999_999))).toBe(true);
    expect(lines).toContain('GET /owner/name/resolve/main/big.gguf bytes=2999999- 206');
  });

  test('goes on serving after a client that left', async () => {
    const { endpoint } = await start(CONTENT);
    const url = `${endpoint}/owner/name/resolve/main/big.gguf`;
    const client = new AbortController();
    await fetch(url, { signal: client.signal });
    client.abort();
    expect((await fetch(`${endpoint}/nothing`)).status).toBe(404);
    expect((await (await fetch(url)).arrayBuffer()).byteLength).toBe(CONTENT.length);
  });

  test('refuses a file that is no model', async () => {
    await expect(start('not a model')).rejects.toThrow(/small\.gguf is not a GGUF file$/u);
  });

  test('refuses a file that is not there', async () => {
    const options = { host: '127.0.0.1', port: 0, catalog: [], standInFile: path.join(folder, 'nothing.gguf') };
    await expect(startModelHub(options)).rejects.toThrow(/^there is no model file .*nothing\.gguf/u);
  });
});
