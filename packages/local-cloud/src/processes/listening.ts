import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 20;

/** Returns once somebody accepts connections on the port. */
export async function listening(port: number, signal: AbortSignal): Promise<void> {
  while (!(await accepts(port))) {
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
