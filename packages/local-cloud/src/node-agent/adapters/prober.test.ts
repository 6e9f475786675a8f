import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import process from 'node:process';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { Container, Probe } from '../core/pod.ts';
import { probe } from './prober.ts';

/** The usual second passes on a busy machine before a command has begun. */
const PATIENT_SECONDS = 60;

let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/slow') {
      return; // never answers
    }
    const status = Number(request.url?.slice(1));
    response
      .writeHead(status, { location: '/500' })
      .end(request.headers['x-asked'] === undefined ? 'x'.repeat(20_000) : '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const ask = async (spec: object) =>
  probe({
    probe: Probe.parse({ timeoutSeconds: PATIENT_SECONDS, ...spec }),
    container: Container.parse({ name: 'main', ports: [{ name: 'http', containerPort: port }] }),
    address: '127.0.0.1',
    exec: (command) => ({ argv: command, environment: { PATH: process.env['PATH'] ?? '', WORD: 'hello' } }),
  });

describe('probe', () => {
  test.each([
    [200, true],
    [204, true],
    [302, true],
    [404, false],
    [503, false],
  ])('takes status %d for success: %s', async (status, success) => {
    expect((await ask({ httpGet: { path: `/${status}`, port: 'http' } })).success).toBe(success);
  });

  test('says why it failed', async () => {
    await expect(ask({ httpGet: { path: '500', port } })).resolves.toEqual({
      success: false,
      message: 'HTTP probe failed with statuscode: 500',
    });
    await expect(ask({ httpGet: { path: '/200', port: 1 } })).resolves.toMatchObject({
      success: false,
      message: expect.stringContaining('ECONNREFUSED'),
    });
    await expect(ask({ httpGet: { path: '/200', port: 'unknown' } })).resolves.toMatchObject({ success: false });
    await expect(ask({ grpc: { port: 1 } })).resolves.toMatchObject({ success: false });
  });

  test('waits no longer than its timeout', async () => {
    await expect(ask({ httpGet: { path: '/slow', port }, timeoutSeconds: 1 })).resolves.toMatchObject({
      success: false,
    });
  });

  test('connects', async () => {
    await expect(ask({ tcpSocket: { port } })).resolves.toMatchObject({ success: true });
    await expect(ask({ tcpSocket: { port: 1 } })).resolves.toMatchObject({ success: false });
  });

  test('runs commands', async () => {
    await expect(ask({ exec: { command: ['sh', '-c', 'test $WORD = hello'] } })).resolves.toMatchObject({
      success: true,
    });
    await expect(ask({ exec: { command: ['sh', '-c', 'echo no; exit 3'] } })).resolves.toEqual({
      success: false,
      message: 'no',
    });
    await expect(ask({ exec: { command: ['no-such-program'] } })).resolves.toMatchObject({ success: false });
  });
});
