import { describe, expect, test } from '@jest/globals';

import { FILE, startTestServer } from '../../test/fakes.ts';
import { drain } from './drain.ts';

const never = async (_: number, signal: AbortSignal): Promise<void> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

function parts() {
  const { lifecycle, engine, admission } = startTestServer();
  return { lifecycle, admission, model: { engine, admission, file: FILE, loadedAt: 0 } };
}

describe('drain', () => {
  test('waits for the answers that run', async () => {
    const { lifecycle, admission, model } = parts();
    const leave = await admission.enter(new AbortController().signal);
    const calls: string[] = [];
    const done = drain({ lifecycle, model, graceMs: 1000, sleep: never, abort: () => calls.push('abort') });
    expect(lifecycle.unreadyReason).toBe('the server is shutting down');
    expect(calls).toEqual([]);
    leave();
    await done;
  });

  test('gives up what runs longer than the grace period', async () => {
    const { lifecycle, admission, model } = parts();
    const leave = await admission.enter(new AbortController().signal);
    await drain({ lifecycle, model, graceMs: 1000, sleep: async () => undefined, abort: leave });
    expect(admission.load.running).toBe(0);
  });
});
