import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { writeAtomically } from './atomic-files.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'kaito-files-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const write = async (files: Readonly<Record<string, string>>): Promise<void> =>
  writeAtomically(
    directory,
    new Map(
      Object.entries(files).map(([name, text]) => [name, { bytes: new TextEncoder().encode(text), mode: 0o640 }]),
    ),
  );

const shown = async (): Promise<readonly string[]> =>
  (await readdir(directory)).filter((name) => !name.startsWith('..'));

describe('writeAtomically', () => {
  test('writes files, also in directories, with their modes', async () => {
    await write({ a: '1', 'deep/er/b': '2' });
    await expect(readFile(path.join(directory, 'a'), 'utf8')).resolves.toBe('1');
    await expect(readFile(path.join(directory, 'deep/er/b'), 'utf8')).resolves.toBe('2');
    expect((await stat(path.join(directory, 'a'))).mode & 0o777).toBe(0o640);
  });

  test('exchanges everything and leaves nothing of the old', async () => {
    await write({ a: '1', b: '1' });
    await write({ b: '2', c: '2' });
    expect((await shown()).toSorted()).toEqual(['b', 'c']);
    await expect(readFile(path.join(directory, 'b'), 'utf8')).resolves.toBe('2');
    expect((await readdir(directory)).filter((name) => name.startsWith('..v-'))).toHaveLength(1);
  });
});
