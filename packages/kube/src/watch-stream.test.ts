import { describe, expect, it } from '@jest/globals';
import type { WatchEvent } from '@kaito/controller-runtime';

import { watchEvents } from './watch-stream.ts';

const note = (name: string) => ({ metadata: { name, resourceVersion: '7' } });
const added = { type: 'ADDED', object: note('größer') };

describe('watchEvents', () => {
  it('reads events however the bytes are cut, also within a character', async () => {
    const bytes = Buffer.from([added, added].map((event) => `${JSON.stringify(event)}\n`).join(''));
    for (let size = 1; size <= bytes.length; size += 1) {
      expect(await read(pieces(bytes, size))).toEqual([added, added]);
    }
  });

  it('tells how far a bookmark has come', async () => {
    const bookmark = { type: 'BOOKMARK', object: { metadata: { resourceVersion: '9' } } };
    expect(await read([line(bookmark)])).toEqual([{ type: 'BOOKMARK', resourceVersion: '9' }]);
  });

  it('ends with the stream', async () => {
    expect(await read([])).toEqual([]);
  });

  it.each([
    ['an error event', [line({ type: 'ERROR', object: { code: 410, reason: 'Expired', message: 'too old' } })], 'Gone'],
    ['half an event at the end', [line(added).subarray(0, 20)], 'Network'],
    ['what is no JSON', [Buffer.from('<html>\n')], 'Network'],
    ['what is no event', [Buffer.from('{}\n')], 'Network'],
    ['an event without an object', [line({ type: 'ADDED', object: 'x' })], 'Network'],
    ['an event of unknown type', [line({ type: 'RENAMED', object: note('a') })], 'Network'],
  ])('fails at %s', async (_, chunks, kind) => {
    await expect(read(chunks)).rejects.toMatchObject({ name: 'ApiError', kind });
  });
});

function line(event: object): Buffer {
  return Buffer.from(`${JSON.stringify(event)}\n`);
}

function pieces(bytes: Buffer, size: number): readonly Buffer[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

async function read(chunks: readonly Buffer[]): Promise<readonly WatchEvent[]> {
  const events: WatchEvent[] = [];
  for await (const event of watchEvents('WATCH /api/v1/notes', streamOf(chunks))) {
    events.push(event);
  }
  return events;
}

async function* streamOf(chunks: readonly Buffer[]): AsyncGenerator<Buffer, void> {
  yield* chunks;
}
