import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** `sha256:` and 64 hexadecimal digits. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** What has been read so far can be gone on with. */
export async function hashOfFile(file: string, signal?: AbortSignal, onRead?: (bytes: number) => void): Promise<Hash> {
  const hash = createHash('sha256');
  const stream = createReadStream(file, { highWaterMark: 1024 * 1024, ...(signal === undefined ? {} : { signal }) });
  for await (const chunk of stream) {
    if (chunk instanceof Uint8Array) {
      hash.update(chunk);
      onRead?.(chunk.length);
    }
  }
  return hash;
}
