import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';

const root = path.join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const Manifest = z.object({ version: z.string().optional() });
const { version: release = '' } = Manifest.parse(JSON.parse(read('package.json')));

describe('the version of the release', () => {
  it('is that of every package that has one', () => {
    const others = globSync('{packages,tools}/*/package.json', { cwd: root }).filter(
      (file) => (Manifest.parse(JSON.parse(read(file))).version ?? release) !== release,
    );
    expect(others).toEqual([]);
  });

  it('is what the programs call themselves', () => {
    const files = globSync('packages/*/src/version.ts', { cwd: root });
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !read(file).includes(`VERSION = '${release}'`))).toEqual([]);
  });
});
