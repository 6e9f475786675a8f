import type { Clock } from './clock.ts';

/** Nothing came for so long that the connection is taken for dead. */
export class StreamIdle extends Error {
  override readonly name = 'StreamIdle';
}

export interface IdleOptions {
  readonly clock: Clock;
  readonly idleTimeoutMs: number;
}

/** Looks are taken this often per time-out, so a dead stream is noticed after 1 to 1¼ time-outs. */
const LOOKS = 4;

/**
 * Runs `read` and aborts its signal when it has reported no activity for the time-out. Half-open connections are
 * found only so: no byte ever comes on them, and no error either.
 */
export async function stoppedWhenIdle(
  { clock, idleTimeoutMs }: IdleOptions,
  signal: AbortSignal,
  read: (signal: AbortSignal, onActivity: () => void) => Promise<void>,
): Promise<void> {
  const stream = new AbortController();
  const stop = (): void => {
    stream.abort(signal.reason);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) {
    stop();
  }
  let quietLooks = 0;
  const watchdog = (async (): Promise<void> => {
    while (quietLooks <= LOOKS) {
      await clock.sleep(idleTimeoutMs / LOOKS, stream.signal);
      quietLooks += 1;
    }
    stream.abort(new StreamIdle(`nothing came for ${idleTimeoutMs} ms`));
  })().catch(() => undefined); // the stream ended before
  try {
    await read(stream.signal, () => {
      quietLooks = 0;
    });
  } catch (error) {
    throw stream.signal.reason instanceof StreamIdle ? stream.signal.reason : error;
  } finally {
    signal.removeEventListener('abort', stop);
    stream.abort();
    await watchdog;
  }
}
