import { request } from 'node:http';

import { afterEach, describe, expect, it } from '@jest/globals';

import { serveOperations } from './operations-server.ts';
import type { OperationsServers } from './operations-server.ts';
import { prometheusMetrics } from './prometheus-metrics.ts';

const FREE = { host: '127.0.0.1', port: 0 };

let servers: OperationsServers | undefined;

afterEach(async () => {
  await servers?.close();
});

describe('serveOperations', () => {
  it('is ready only while every check holds, and says why not', async () => {
    let reason: string | undefined = 'waiting for the first list';
    const checks = { nodes: () => reason, pods: () => undefined };
    servers = await serveOperations({ healthAddress: FREE, checks, metrics: prometheusMetrics() });
    expect(await get(servers.healthPort, '/readyz')).toEqual([503, 'nodes: waiting for the first list\n']);
    expect(await get(servers.healthPort, '/healthz')).toEqual([200, 'ok\n']);
    reason = undefined;
    expect(await get(servers.healthPort, '/readyz')).toEqual([200, 'ok\n']);
  });

  it('serves metrics on a port of their own', async () => {
    const metrics = prometheusMetrics();
    metrics.counter('kaito_tests_total', 'tests', ['kind']).inc({ kind: 'unit' }, 2);
    servers = await serveOperations({ healthAddress: FREE, metricsAddress: FREE, checks: {}, metrics });
    const [status, text] = await get(servers.metricsPort, '/metrics');
    expect(status).toBe(200);
    expect(text).toContain('kaito_tests_total{kind="unit"} 2');
    expect(await get(servers.healthPort, '/metrics')).toEqual([404, 'not found\n']);
  });

  it('serves both on one address', async () => {
    const free = await serveOperations({ healthAddress: FREE, checks: {}, metrics: prometheusMetrics() });
    await free.close();
    const address = { host: '127.0.0.1', port: free.healthPort ?? 0 };
    const both = { healthAddress: address, metricsAddress: { ...address } };
    servers = await serveOperations({ ...both, checks: {}, metrics: prometheusMetrics() });
    expect((await get(servers.healthPort, '/healthz'))[0]).toBe(200);
    expect((await get(servers.healthPort, '/metrics'))[0]).toBe(200);
    expect(servers.metricsPort).toBe(servers.healthPort);
  });

  it('names the address that another program has', async () => {
    servers = await serveOperations({ healthAddress: FREE, checks: {}, metrics: prometheusMetrics() });
    const metricsAddress = { host: '127.0.0.1', port: servers.healthPort ?? 0 };
    const taken = { metricsAddress, checks: {}, metrics: prometheusMetrics() };
    await expect(serveOperations(taken)).rejects.toThrow(
      `127.0.0.1:${String(servers.healthPort)} is in use by another program`,
    );
  });

  it('serves nothing where no port is named', async () => {
    servers = await serveOperations({ checks: {}, metrics: prometheusMetrics() });
    expect([servers.healthPort, servers.metricsPort]).toEqual([undefined, undefined]);
  });
});

async function get(port: number | undefined, path: string): Promise<readonly [number | undefined, string]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly [number | undefined, string]>();
  const call = request({ host: '127.0.0.1', port, path, agent: false }, (response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      body += text;
    });
    response.once('end', () => {
      resolve([response.statusCode, body]);
    });
  });
  call.once('error', reject);
  call.end();
  return promise;
}
