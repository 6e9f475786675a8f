import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Container } from '../container/container.ts';

const POLL_MS = 5;
const DEADLINE_MS = 60_000;

/** Milliseconds from the start of the container to its first answer with 200; undefined: it ended, or took too long. */
export async function readyAfterMs(
  container: Container,
  url: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  for (;;) {
    if (await answers(url)) {
      return performance.now() - container.startedAtMs;
    }
    if (container.hasExited || performance.now() - container.startedAtMs > DEADLINE_MS) {
      return undefined;
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('error', () => {
      resolve(false);
    });
  });
}
