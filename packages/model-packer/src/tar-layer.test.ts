import { describe, expect, test } from '@jest/globals';
import type { HttpBody } from '@kaito/oci';
import { bytesBody } from '@kaito/oci';

import { tarLayer } from './tar-layer.ts';

const NEVER = new AbortController().signal;

async function bytesOf(body: HttpBody): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.chunks(NEVER)) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

describe('tarLayer', () => {
  test('is as long as it says, whole blocks with two empty ones at the end', async () => {
    for (const size of [0, 1, 511, 512, 513]) {
      const layer = tarLayer('models', 'a.gguf', bytesBody(Buffer.alloc(size, 1)));
      const bytes = await bytesOf(layer);
      expect(bytes.length).toBe(layer.length);
      expect(bytes.length % 512).toBe(0);
      expect(bytes.subarray(-1024)).toEqual(Buffer.alloc(1024));
    }
  });

  test('has a folder and a readable file of root, without times', async () => {
    const bytes = await bytesOf(tarLayer('models', 'a.gguf', bytesBody(Buffer.from('GGUF'))));
    expect(bytes.toString('latin1', 0, 7)).toBe('models/');
    const file = bytes.toString('latin1', 512, 1024);
    expect(file.slice(0, 14)).toBe('models/a.gguf\0');
    expect(file.slice(100, 148)).toBe('0000444\u00000000000\u00000000000\u000000000000004\u000000000000000\0');
    expect(file.slice(156, 157)).toBe('0');
    expect(bytes.toString('latin1', 1024, 1028)).toBe('GGUF');
  });

  test.each([
    ['a file of more than 8 GiB', 'a.gguf', 9 * 2 ** 30, '19 size=9663676416\n'],
    ['a long name', `${'n'.repeat(100)}.gguf`, 4, `122 path=models/${'n'.repeat(100)}.gguf\n`],
  ])('says in a header of its own what has no room: %s', async (_, name, length, record) => {
    const layer = tarLayer('models', name, { length, chunks: () => bytesBody(Buffer.alloc(0)).chunks(NEVER) });
    const bytes = await bytesOf(layer);
    expect(bytes.toString('latin1', 512 + 156, 512 + 157)).toBe('x');
    expect(bytes.toString('utf8', 1024, 1024 + record.length + 1)).toBe(`${record}\0`);
  });
});
