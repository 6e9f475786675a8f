import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { releaseStateDirectory, takeStateDirectory } from './state-directory.ts';

const NOBODY = '4194305'; // above the kernel's highest process id

let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'kaito-state-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

describe('takeStateDirectory', () => {
  it('empties what an earlier cluster left', async () => {
    await writeFile(path.join(directory, 'kubeconfig'), 'old');
    await takeStateDirectory(directory);
    expect(await readdir(directory)).toEqual(['pid']);
  });

  it('refuses while its holder lives, until it is released', async () => {
    await takeStateDirectory(directory);
    await expect(takeStateDirectory(directory)).rejects.toThrow('is running already');
    await releaseStateDirectory(directory);
    await expect(takeStateDirectory(directory)).resolves.toBeUndefined();
  });

  it('takes over from a holder that died', async () => {
    await writeFile(path.join(directory, 'pid'), NOBODY);
    await expect(takeStateDirectory(directory)).resolves.toBeUndefined();
  });
});
