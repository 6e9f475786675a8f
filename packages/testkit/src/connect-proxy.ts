import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A proxy such as companies have: whoever wants out asks it with CONNECT. */
export interface ConnectProxy {
  /** For `HTTPS_PROXY`. */
  readonly address: string;
  /** `host:port` of every tunnel that was ever opened through it. */
  readonly tunnels: readonly string[];
  /** Requests that it was to send on itself, which it does not. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

/** Listens on a free loopback port. */
export async function connectProxy(): Promise<ConnectProxy> {
  const tunnels: string[] = [];
  const refused: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    refused.push(request.url ?? '');
    response.writeHead(502).end();
  });
  server.on('connect', (request, client: Socket) => {
    const target = request.url ?? '';
    const { hostname, port } = new URL(`tunnel://${target}`);
    tunnels.push(target);
    const upstream = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client);
      client.pipe(upstream);
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    address: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    tunnels,
    refused,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) {
        socket.destroy();
      }
      await closed;
    },
  };
}
