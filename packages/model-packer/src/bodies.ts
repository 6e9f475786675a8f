import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

import type { HttpBody } from '@kaito/oci';

/** Sees what is read. */
export type OnChunk = (chunk: Uint8Array) => void;

export function fileBody(file: string, length: number): HttpBody {
  return {
    length,
    async *chunks(signal) {
      for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024, signal })) {
        if (chunk instanceof Uint8Array) {
          yield chunk;
        }
      }
    },
  };
}

export function watched(body: HttpBody, onChunk: OnChunk): HttpBody {
  return {
    length: body.length,
    async *chunks(signal) {
      for await (const chunk of body.chunks(signal)) {
        yield chunk;
        onChunk(chunk);
      }
    },
  };
}

export async function digestOfBody(body: HttpBody, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of body.chunks(signal)) {
    hash.update(chunk);
  }
  return `sha256:${hash.digest('hex')}`;
}
