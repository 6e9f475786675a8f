import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { createCertificateAuthority } from '../../tls/certificate-authority.ts';
import { ContainerLog } from './container-log.ts';
import { serveKubelet } from './kubelet-server.ts';

const authority = createCertificateAuthority();
const client = authority.issue({ commonName: 'api-server', usages: ['client'] });
const serving = authority.issue({ commonName: 'node-agent', ipAddresses: ['127.0.0.1'], usages: ['server'] });

let directory: string;
let kubelet: Awaited<ReturnType<typeof serveKubelet>>;
let log: ContainerLog;
const output = new PassThrough();

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'kaito-kubelet-'));
  log = new ContainerLog(path.join(directory, 'log'));
  log.copy('stdout', output);
  kubelet = await serveKubelet({
    host: '127.0.0.1',
    port: 0,
    ...serving,
    clientCaPem: authority.caPem,
    logs: async ({ container }) =>
      container === 'main'
        ? { kind: 'Live', log }
        : { kind: 'None', status: 400, message: `container "${container}" is waiting to start` },
  });
  output.write('one\ntwo\n');
});

afterAll(async () => {
  kubelet.server.closeAllConnections();
  kubelet.server.close();
  await rm(directory, { recursive: true, force: true });
});

async function get(file: string, credentials: object = { cert: client.certPem, key: client.keyPem }) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const options = { host: '127.0.0.1', port: kubelet.port, path: file, ca: authority.caPem, agent: false as const };
    request({ ...options, ...credentials }, resolve)
      .once('error', reject)
      .end();
  });
}

const textOf = async (response: IncomingMessage): Promise<string> => {
  response.setEncoding('utf8');
  return (await response.toArray()).join('');
};

describe('serveKubelet', () => {
  test('gives what was printed, as far as it is asked for', async () => {
    await expect(get('/containerLogs/default/pod/main').then(textOf)).resolves.toBe('one\ntwo\n');
    await expect(get('/containerLogs/default/pod/main?tailLines=1').then(textOf)).resolves.toBe('two\n');
    await expect(get('/containerLogs/default/pod/main?limitBytes=5').then(textOf)).resolves.toBe('one\nt');
  });

  test('says why there is nothing', async () => {
    const waiting = await get('/containerLogs/default/pod/other');
    expect([waiting.statusCode, await textOf(waiting)]).toEqual([400, 'container "other" is waiting to start']);
    expect((await get('/exec/default/pod/main')).statusCode).toBe(404);
    expect((await get('/containerLogs/default/pod/main?tailLines=x')).statusCode).toBe(400);
  });

  test('believes nobody without a certificate', async () => {
    await expect(get('/healthz', {})).rejects.toThrow('certificate required');
    await expect(get('/healthz').then(textOf)).resolves.toBe('ok');
  });

  test('follows until the container ends', async () => {
    const response = await get('/containerLogs/default/pod/main?follow=true&tailLines=1');
    const all = textOf(response);
    output.end('three\n');
    output.once('close', () => {
      log.close();
    });
    await expect(all).resolves.toBe('two\nthree\n');
  });
});
