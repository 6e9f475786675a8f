import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { missing } from './requirements.ts';

describe('missing', () => {
  it('names the programs and the Debian packages that bring them, in one sentence', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kaito-images-'));
    try {
      await writeFile(path.join(folder, 'tar'), '', { mode: 0o755 });
      await writeFile(path.join(folder, 'setpriv'), '', { mode: 0o755 });
      expect(await missing(folder, false)).toBe(
        'buildah and runc are missing: install the Debian packages with "apt-get install --no-install-recommends buildah runc"',
      );
      await writeFile(path.join(folder, 'buildah'), '', { mode: 0o755 });
      await writeFile(path.join(folder, 'runc'), '', { mode: 0o755 });
      expect(await missing(folder, false)).toBeUndefined();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
