import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { StartCommand } from '../src/start-command.ts';

let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'kaito-bad-input-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

/** An environment with only the named programs in its PATH, and an empty cache. */
async function environmentWith(...programs: readonly string[]): Promise<Record<string, string | undefined>> {
  const bin = await mkdtemp(path.join(directory, 'bin-'));
  for (const program of programs) {
    await symlink(whereIs(program), path.join(bin, program));
  }
  return { ...process.env, PATH: bin, XDG_CACHE_HOME: path.join(bin, 'cache'), KUBEBUILDER_ASSETS: '' };
}

function whereIs(program: string): string {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.map((entry) => path.join(entry, program)).find(existsSync) ?? `/usr/bin/${program}`;
}

describe('npm start ends with one sentence and status 1', () => {
  it.each([
    ['a broken manifest', 'kind: [', 'is not YAML'],
    ['a manifest of something else', 'hello: world\n', 'is not a Kubernetes object'],
  ])('given %s', async (_, text, sentence) => {
    const file = path.join(directory, 'broken.yaml');
    await writeFile(file, text);
    expect(await outcomeOf(new StartCommand(['--once', file]))).toEqual(oneSentence(sentence));
  });

  it('given a flag that there is not', async () => {
    expect(await outcomeOf(new StartCommand(['--twice']))).toEqual(oneSentence("Unknown option '--twice'"));
  });

  it('given a port in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      expect(await outcomeOf(new StartCommand(['--once', '--api-port', String(port)]))).toEqual(
        oneSentence(`port ${port} is in use`),
      );
    } finally {
      server.close();
    }
  });

  it('given a model file that is not there', async () => {
    expect(await outcomeOf(new StartCommand(['--once', '--model', '/nowhere.gguf']))).toEqual(
      oneSentence('/nowhere.gguf cannot be read'),
    );
  });

  it('without Go', async () => {
    const model = path.join(directory, 'model.gguf');
    await writeFile(model, 'not looked at');
    const command = new StartCommand(['--once', '--model', model], await environmentWith());
    expect(await outcomeOf(command)).toEqual(oneSentence('Go is not installed'));
  });

  it('without Python', async () => {
    const command = new StartCommand(['--once'], await environmentWith('go'));
    expect(await outcomeOf(command)).toEqual(oneSentence('Python is not installed'));
  });
});

async function outcomeOf(command: StartCommand) {
  const { code, stderr } = await command.ended;
  return { code, lines: stderr.trimEnd().split('\n').length, stderr };
}

function oneSentence(text: string) {
  return { code: 1, lines: 1, stderr: expect.stringContaining(text) as unknown };
}
