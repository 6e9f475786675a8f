import { describe, expect, test } from '@jest/globals';
import { TransferError } from '@kaito/oci';

import { patiently, progressOf } from './task.ts';
import type { World } from './task.ts';

interface Recorded {
  readonly world: World;
  readonly lines: string[];
  readonly statuses: string[];
  readonly slept: number[];
}

function recorded(stepMs = 0): Recorded {
  const [lines, statuses, slept]: [string[], string[], number[]] = [[], [], []];
  let timeMs = -stepMs;
  const world = {
    screen: { line: (text: string) => void lines.push(text), status: (text: string) => void statuses.push(text) },
    signal: new AbortController().signal,
    now: () => (timeMs += stepMs),
    sleep: async (ms: number) => void slept.push(ms),
  };
  return { world, lines, statuses, slept };
}

describe('progressOf', () => {
  test('is silent for two seconds, and then tells each second', () => {
    const { world, statuses } = recorded(500);
    const onChunk = progressOf('reading a.gguf', 1e9, world);
    for (let count = 0; count < 6; count += 1) {
      onChunk(Buffer.alloc(1e7));
    }
    expect(statuses).toEqual([
      'reading a.gguf: 0.04 GB of 1.00 GB, 0.02 GB/s',
      'reading a.gguf: 0.06 GB of 1.00 GB, 0.02 GB/s',
    ]);
  });
});

describe('patiently', () => {
  test('tries again what passes, later and later, or when the registry says', async () => {
    const { world, lines, slept } = recorded();
    const failures = [
      new TransferError('Network', 'cut'),
      new TransferError('Busy', 'too many', { retryAfterMs: 7000 }),
      new TransferError('Network', 'cut again'),
    ];
    const result = await patiently(world, async () => {
      const failure = failures.shift();
      if (failure !== undefined) {
        throw failure;
      }
      return 'done';
    });
    expect(result).toBe('done');
    expect(slept).toEqual([1000, 7000, 4000]);
    expect(lines).toEqual(['cut; again in 1 s', 'too many; again in 7 s', 'cut again; again in 4 s']);
  });

  test('gives up after five attempts, and at once where it is no use', async () => {
    const { world, slept } = recorded();
    const fails = async (kind: 'Network' | 'Denied'): Promise<void> =>
      patiently(world, async () => {
        throw new TransferError(kind, kind);
      });
    await expect(fails('Network')).rejects.toThrow('Network');
    expect(slept).toEqual([1000, 2000, 4000, 8000]);
    await expect(fails('Denied')).rejects.toThrow('Denied');
    expect(slept).toHaveLength(4);
  });
});
