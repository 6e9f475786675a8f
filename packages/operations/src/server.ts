import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

import { failedChecks } from '@kaito/controller-runtime';
import type { HealthChecks } from '@kaito/controller-runtime';

import type { BindAddress } from './bind-address.ts';
import type { PrometheusMetrics } from './metrics.ts';

export interface OperationsOptions {
  readonly health: BindAddress;
  readonly metrics: BindAddress;
  /** What must hold for the program to be alive; `/healthz` fails with the reasons otherwise. */
  readonly livenessChecks?: HealthChecks;
  /** What must hold for it to be useful; `/readyz` fails with the reasons otherwise. */
  readonly readinessChecks: HealthChecks;
  readonly registry: PrometheusMetrics;
}

export interface OperationsServer {
  /** The ports in use, which the system chose where 0 was asked for. */
  readonly healthPort: number;
  readonly metricsPort: number;
  close(): void;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Serves `/healthz` and `/readyz` on one address and `/metrics` on the other. */
export async function serveOperations(options: OperationsOptions): Promise<OperationsServer> {
  const health = await listen(options.health, async (request, response) => {
    answerHealth(request.url ?? '/', response, options);
  });
  const metrics = await listen(options.metrics, async (request, response) => {
    await answerMetrics(request.url ?? '/', response, options.registry);
  });
  return {
    healthPort: portOf(health),
    metricsPort: portOf(metrics),
    close: () => {
      for (const server of [health, metrics]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

async function listen({ host, port }: BindAddress, handle: Handler): Promise<Server> {
  const server = createServer((request, response) => {
    handle(request, response).catch(() => {
      response.writeHead(500).end();
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      resolve(server);
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function answerHealth(url: string, response: ServerResponse, options: OperationsOptions): void {
  const checks = { '/healthz': options.livenessChecks ?? {}, '/readyz': options.readinessChecks }[
    url.split('?')[0] ?? ''
  ];
  if (checks === undefined) {
    response.writeHead(404).end('try /healthz or /readyz\n');
    return;
  }
  const failed = failedChecks(checks);
  const body = failed.length === 0 ? 'ok\n' : failed.map(({ name, reason }) => `${name}: ${reason}\n`).join('');
  response.writeHead(failed.length === 0 ? 200 : 503, { 'content-type': 'text/plain' }).end(body);
}

async function answerMetrics(url: string, response: ServerResponse, registry: PrometheusMetrics): Promise<void> {
  if (url.split('?')[0] !== '/metrics') {
    response.writeHead(404).end('try /metrics\n');
    return;
  }
  const text = await registry.text();
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
}
