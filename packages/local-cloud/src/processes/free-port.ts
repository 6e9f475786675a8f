import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import process from 'node:process';

/** Below the ports that the kernel gives to outgoing connections, which could take one away again at any moment. */
const FIRST_PORT = 20_000;
const PORTS_EACH = 1_000;
/** Processes that look at the same time, as test workers do, look in different places. */
const PLACES = 12;

/** A port is used only some time after it was found: until then nobody listens on it, and it is found again. */
const given = new Set<number>();

/** A TCP port on `host` that nothing listens on at the moment, and that this process has not been given before. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  if (given.size > PORTS_EACH / 2) {
    given.clear();
  }
  const port = FIRST_PORT + (process.pid % PLACES) * PORTS_EACH + randomInt(PORTS_EACH);
  if (given.has(port)) {
    return freePort(host);
  }
  given.add(port);
  return (await isPortTaken(port, host)) ? freePort(host) : port;
}

/** Whether somebody listens on `port` already. */
export async function isPortTaken(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(true);
    });
    server.listen(port, host, () => {
      server.close(() => {
        resolve(false);
      });
    });
  });
}
