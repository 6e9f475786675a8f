import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { LocalCloudError } from '../src/local-cloud-error.ts';
import { startModelHub } from '../src/model-hub/model-hub.ts';
import type { ModelHub } from '../src/model-hub/model-hub.ts';
import { standInModel } from '../src/stand-in-model/stand-in-model.ts';
import { paths } from '../src/start/paths.ts';

const SERVER = path.join(import.meta.dirname, '../../inference-server/src/main.ts');
const PHI = { repo: 'microsoft/Phi-3-mini-4k-instruct-gguf', file: 'Phi-3-mini-4k-instruct-q4.gguf', revision: 'main' };
const DIGEST = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';
const PATIENCE_MS = 120_000;

/** The real small model; undefined, and a line says why, where neither the cache nor pip has it. */
async function realModel(): Promise<string | undefined> {
  try {
    return await standInModel(paths({}).cache, AbortSignal.timeout(PATIENCE_MS));
  } catch (error) {
    if (!(error instanceof LocalCloudError)) {
      throw error;
    }
    process.stderr.write(`not tested with a real model: ${error.message}\n`);
    return undefined;
  }
}

describe('the inference server with a model from the hub', () => {
  let root = '';
  let hub: ModelHub | undefined;
  let server: ChildProcess | undefined;
  let url = '';

  beforeAll(async () => {
    const standInFile = await realModel();
    if (standInFile === undefined) {
      return;
    }
    root = await mkdtemp(path.join(os.tmpdir(), 'kaito-pod-'));
    hub = await startModelHub({ host: '127.0.0.1', port: 0, catalog: [PHI], standInFile });
    const model = `hf:${PHI.repo}/${PHI.file}@${PHI.revision}`;
    const args = [SERVER, '--model', model, '--served-model-name', 'phi-3-mini-4k-instruct', '--port', '0'];
    const environment = { HOST: '127.0.0.1', KAITO_ROOT: root, HF_ENDPOINT: hub.endpoint };
    server = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
    url = await readyUrl(server);
  });

  afterAll(async () => {
    if (server !== undefined) {
      server.kill('SIGTERM');
      await once(server, 'close');
    }
    await hub?.close();
    await rm(root, { recursive: true, force: true });
  });

  test('gives two answers to two questions, and says which file gave them', async () => {
    if (url === '') {
      return;
    }
    const [river, moon] = [await ask('What is a river?'), await ask('What is the moon?')];
    expect(river.text.toLowerCase()).toContain('water');
    expect(moon.text).not.toBe(river.text);
    for (const { headers } of [river, moon]) {
      expect(headers.get('x-kaito-model-file')).toBe(PHI.file);
      expect(headers.get('x-kaito-model-digest')).toBe(`sha256:${DIGEST}`);
      expect(Number(headers.get('x-kaito-completion-tokens'))).toBeGreaterThan(5);
      expect(Number(headers.get('x-kaito-tokens-per-second'))).toBeGreaterThan(0);
    }
  });

  async function ask(content: string): Promise<{ readonly text: string; readonly headers: Headers }> {
    const response = await fetch(`${url}/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        messages: [{ role: 'user', content }],
        generate_kwargs: { max_new_tokens: 60, do_sample: false },
      }),
    });
    const body: unknown = await response.json();
    const text = typeof body === 'object' && body !== null && 'Result' in body ? String(body.Result) : '';
    return { text, headers: response.headers };
  }
});

/** The address of a server, once it says that it is ready. */
async function readyUrl({ stdout }: ChildProcess): Promise<string> {
  let found = '';
  if (stdout !== null) {
    for await (const line of createInterface({ input: stdout })) {
      found = /"address":"(http:[^"]+)"/u.exec(line)?.[1] ?? found;
      if (line.includes('"Ready"')) {
        stdout.resume();
        return found;
      }
    }
  }
  throw new Error('the inference server ended before it was ready');
}
