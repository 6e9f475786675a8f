import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { bundle } from './bundle.ts';
import { bundledPackages } from './bundled-packages.ts';

const repository = path.join(import.meta.dirname, '../../../..');

describe('bundle', () => {
  it('holds the packages that the program imports, and not the SDK that reads kubeconfig plugins', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kaito-images-'));
    try {
      const main = path.join(repository, 'packages/workspace-controller/src/main.ts');
      const metafile = await bundle(main, path.join(folder, 'main.js'), repository);
      const names = bundledPackages(metafile).map((directory) => directory.split('/node_modules/').at(-1));
      expect(names).toStrictEqual(expect.arrayContaining(['pino', 'prom-client', 'yaml', 'zod']));
      expect(names).not.toContain('@kubernetes/client-node');
      expect(Object.keys(metafile.outputs)).toHaveLength(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
