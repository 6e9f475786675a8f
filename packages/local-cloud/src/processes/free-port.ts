import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that the kernel gives to outgoing connections, which could take one away again at any moment. */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;

/** A TCP port on `host` that nothing listens on at the moment. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const port = randomInt(FIRST_PORT, LAST_PORT);
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
