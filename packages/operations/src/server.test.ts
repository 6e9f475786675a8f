import { request } from 'node:http';

import { afterEach, describe, expect, it } from '@jest/globals';

import { prometheusMetrics } from './metrics.ts';
import type { OperationsServer } from './server.ts';
import { serveOperations } from './server.ts';

let server: OperationsServer | undefined;

afterEach(() => {
  server?.close();
});

describe('serveOperations', () => {
  it('is ready only while every check holds, and says why not', async () => {
    let reason: string | undefined = 'credentials are missing';
    const registry = prometheusMetrics();
    registry.counter('kaito_tests_total', 'tests', ['kind']).inc({ kind: 'unit' });
    server = await serveOperations({
      health: { host: '127.0.0.1', port: 0 },
      metrics: { host: '127.0.0.1', port: 0 },
      readinessChecks: { azure: () => reason },
      registry,
    });
    expect(await get(server.healthPort, '/readyz')).toEqual([503, 'azure: credentials are missing\n']);
    expect(await get(server.healthPort, '/healthz')).toEqual([200, 'ok\n']);
    reason = undefined;
    expect(await get(server.healthPort, '/readyz')).toEqual([200, 'ok\n']);
    const [status, text] = await get(server.metricsPort, '/metrics');
    expect([status, text.includes('kaito_tests_total{kind="unit"} 1')]).toEqual([200, true]);
  });
});

async function get(port: number, path: string): Promise<readonly [number, string]> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.once('end', () => {
        resolve([response.statusCode ?? 0, body]);
      });
    });
    call.once('error', reject);
    call.end();
  });
}
