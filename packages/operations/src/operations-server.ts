import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import process from 'node:process';

import { failedChecks } from '@kaito/controller-runtime';
import type { BindAddress, HealthChecks } from '@kaito/controller-runtime';

import type { MetricsPage } from './prometheus-metrics.ts';

// Imported as a module it would load all that it can export, a second HTTP client among it: 10 MB and 20 ms.
const { createServer } = process.getBuiltinModule('node:http');

export interface OperationsOptions {
  /** Where `/healthz` and `/readyz` are served, port 0 for any free one; absent: nowhere. */
  readonly healthAddress?: BindAddress;
  /** Where `/metrics` is served, port 0 for any free one; absent: nowhere. May be the health address. */
  readonly metricsAddress?: BindAddress;
  /** What must be in order before the program counts as ready. */
  readonly checks: HealthChecks;
  /** What only a restart can mend. */
  readonly liveness?: HealthChecks;
  readonly metrics: MetricsPage;
}

export interface OperationsServers {
  readonly healthPort: number | undefined;
  readonly metricsPort: number | undefined;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

type Pages = Readonly<Record<string, () => Answer | Promise<Answer>>>;

/** Serves what those who run the program ask it: is it alive, is it ready, what are its figures. */
export async function serveOperations(options: OperationsOptions): Promise<OperationsServers> {
  const { checks, healthAddress, liveness = {}, metrics, metricsAddress } = options;
  const health: Pages = { '/healthz': () => report(liveness), '/readyz': () => report(checks) };
  const figures: Pages = {
    '/metrics': async () => ({ status: 200, type: metrics.contentType, body: await metrics.text() }),
  };
  const isShared = isSameAddress(healthAddress, metricsAddress);
  const first = await listen(healthAddress, isShared ? { ...health, ...figures } : health);
  try {
    const second = isShared ? undefined : await listen(metricsAddress, figures);
    return {
      healthPort: portOf(first),
      metricsPort: portOf(isShared ? first : second),
      close: async () => {
        await Promise.all([close(first), close(second)]);
      },
    };
  } catch (error) {
    await close(first);
    throw error;
  }
}

/** `ok`, or one line for each part that is not in order. */
function report(checks: HealthChecks): Answer {
  const failed = failedChecks(checks);
  const body = failed.length === 0 ? 'ok\n' : failed.map(({ name, reason }) => `${name}: ${reason}\n`).join('');
  return { status: failed.length === 0 ? 200 : 503, type: 'text/plain; charset=utf-8', body };
}

/** Two free ports are never the same. */
function isSameAddress(a: BindAddress | undefined, b: BindAddress | undefined): boolean {
  return a !== undefined && a.host === b?.host && a.port === b.port && a.port !== 0;
}

async function listen(address: BindAddress | undefined, pages: Pages): Promise<Server | undefined> {
  if (address === undefined) {
    return undefined;
  }
  const { host, port } = address;
  const server = createServer((request, response) => {
    void answer(pages, request, response);
  });
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once('error', (error: NodeJS.ErrnoException) => {
    const where = `${host === '' ? '*' : host}:${port}`;
    reject(error.code === 'EADDRINUSE' ? new Error(`${where} is in use by another program`, { cause: error }) : error);
  });
  server.listen({ port, ...(host !== '' && { host }) }, () => {
    resolve(undefined);
  });
  await promise;
  return server;
}

async function answer(pages: Pages, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = ''] = (request.url ?? '').split('?');
  const { status, type, body } = await pageAnswer(pages[path]);
  response.writeHead(status, { 'content-type': type }).end(request.method === 'HEAD' ? undefined : body);
}

async function pageAnswer(page: Pages[string] | undefined): Promise<Answer> {
  const type = 'text/plain; charset=utf-8';
  if (page === undefined) {
    return { status: 404, type, body: 'not found\n' };
  }
  try {
    return await page();
  } catch (error) {
    return { status: 500, type, body: `${error instanceof Error ? error.message : String(error)}\n` };
  }
}

function portOf(server: Server | undefined): number | undefined {
  const address = server?.address();
  return typeof address === 'object' ? address?.port : undefined;
}

async function close(server: Server | undefined): Promise<void> {
  if (server !== undefined) {
    server.close();
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.once('close', resolve);
    });
  }
}
