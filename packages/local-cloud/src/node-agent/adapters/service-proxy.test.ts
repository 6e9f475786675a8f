import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { once } from 'node:events';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { silentLogger } from '@kaito/controller-runtime';

import { freePort } from '../../processes/free-port.ts';
import type { Route, Target } from '../core/service-rules.ts';
import { ServiceProxy } from './service-proxy.ts';

const CLUSTER_IP = '127.127.255.1';

let proxy: ServiceProxy;
let port: number;
let changes: number;
const servers: Server[] = [];

beforeEach(async () => {
  changes = 0;
  proxy = new ServiceProxy(silentLogger, () => {
    changes += 1;
  });
  port = await freePort(CLUSTER_IP);
});

afterEach(() => {
  proxy.close();
  servers.splice(0).forEach((server) => server.close());
});

/** A program behind the Service. */
async function target(serve: (socket: Socket) => void): Promise<Target> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { host: '127.0.0.1', port: typeof address === 'object' && address !== null ? address.port : 0 };
}

async function route(targets: readonly Target[], known = targets): Promise<void> {
  const one: Route = {
    namespace: 'default',
    service: 'web',
    portName: '',
    clusterIp: CLUSTER_IP,
    port,
    targets,
    known,
  };
  await proxy.update('default', 'web', [one]);
}

async function call(text = ''): Promise<string> {
  const socket = connect({ host: CLUSTER_IP, port, allowHalfOpen: true });
  socket.setEncoding('utf8');
  socket.end(text);
  return (await socket.toArray()).join('');
}

const saying = (text: string) => (socket: Socket) => socket.end(text);

describe('ServiceProxy', () => {
  test('forwards to the targets in turn', async () => {
    await route([await target(saying('a')), await target(saying('b'))]);
    expect([await call(), await call(), await call()]).toEqual(['a', 'b', 'a']);
    expect(proxy.addressOf('default', 'web', port)).toEqual({ host: CLUSTER_IP, port });
  });

  test('passes the end of one direction on while the other goes on', async () => {
    const echo = await target((socket) => {
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.once('end', () => socket.end(`heard ${text}`));
    });
    await route([echo]);
    await expect(call('hello')).resolves.toBe('heard hello');
  });

  test('carries more than fits into any buffer', async () => {
    const size = 20_000_000;
    await route([await target((socket) => socket.end(Buffer.alloc(size, 'x')))]);
    expect((await call()).length).toBe(size);
  });

  test('refuses connections while there is no target, on the same port afterwards', async () => {
    const web = await target(saying('a'));
    await route([web]);
    await route([], [web]);
    await expect(call()).rejects.toThrow('ECONNREFUSED');
    await route([web]);
    await expect(call()).resolves.toBe('a');
    expect(changes).toBe(3);
  });

  test('leaves open connections alone until their endpoint is gone', async () => {
    const web = await target((socket) => socket.write('hello'));
    await route([web]);
    const socket = connect({ host: CLUSTER_IP, port });
    await once(socket, 'data');
    await route([], [web]); // it terminates, and answers what it has begun
    expect(socket.closed).toBe(false);
    const cut = once(socket, 'error');
    await route([], []);
    await expect(cut).resolves.toMatchObject([{ code: 'ECONNRESET' }]);
  });

  test('cuts a connection whose target does not listen', async () => {
    await route([{ host: '127.0.0.1', port: 1 }]);
    await expect(call()).rejects.toThrow('ECONNRESET');
  });

  test('stops listening for a Service that is gone, and for no other', async () => {
    const web = await target(saying('a'));
    await route([web]);
    await proxy.update('default', 'other', []);
    await expect(call()).resolves.toBe('a');
    await proxy.update('default', 'web', []);
    await expect(call()).rejects.toThrow('ECONNREFUSED');
    expect(proxy.list()).toEqual([]);
  });

  test('complains of a port that somebody else has', async () => {
    const other = createServer();
    servers.push(other);
    other.listen(port, CLUSTER_IP);
    await once(other, 'listening');
    await expect(route([await target(saying('a'))])).rejects.toThrow('EADDRINUSE');
  });
});
