import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { digestOf } from './digest.ts';
import { ImageLayout } from './image-layout.ts';
import { MEDIA_TYPES } from './manifest.ts';

let folder = '';
let layout: ImageLayout;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'kaito-layout-'));
  layout = new ImageLayout(folder);
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function tagged(content: string, tag: string): Promise<string> {
  return layout.tag({ mediaType: MEDIA_TYPES.manifest, bytes: Buffer.from(content) }, tag);
}

describe('ImageLayout', () => {
  test('keeps images by tag, the latest under each', async () => {
    await tagged('one', 'v1');
    const two = await tagged('two', 'v2');
    const three = await tagged('three', 'v1');
    expect((await layout.manifest('v1')).bytes.toString()).toBe('three');
    expect(await layout.manifest('v2')).toEqual({
      mediaType: MEDIA_TYPES.manifest,
      digest: digestOf(Buffer.from('two')),
      bytes: Buffer.from('two'),
    });
    expect((await layout.manifest(three)).bytes.toString()).toBe('three');
    expect(await readFile(path.join(folder, 'blobs', two.replace(':', '/')), 'utf8')).toBe('two');
    expect(await readFile(path.join(folder, 'oci-layout'), 'utf8')).toBe('{"imageLayoutVersion":"1.0.0"}');
  });

  test('needs no tag where there is one image', async () => {
    await tagged('one', 'v1');
    expect((await layout.manifest(undefined)).bytes.toString()).toBe('one');
    await tagged('two', 'v2');
    await expect(layout.manifest(undefined)).rejects.toThrow('holds the images v1, v2; name one');
  });

  test('says what is not there', async () => {
    await expect(layout.manifest('v1')).rejects.toThrow(/is no OCI image layout: there is no .*index\.json/u);
    await tagged('one', 'v1');
    await expect(layout.manifest('v2')).rejects.toThrow('holds the images v1; name one');
  });

  test('notices other content', async () => {
    const digest = await tagged('one', 'v1');
    await writeFile(path.join(folder, 'blobs', digest.replace(':', '/')), 'two');
    await expect(layout.manifest('v1')).rejects.toThrow('has another content');
  });
});
