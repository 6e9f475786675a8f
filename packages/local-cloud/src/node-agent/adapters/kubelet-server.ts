import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:https';

import { isWanted, logQuery, renderRecord, selectRecords } from '../core/log-query.ts';
import type { LogQuery, LogRecord } from '../core/log-query.ts';
import type { ContainerLog } from './container-log.ts';
import { readLog } from './container-log.ts';

/** What there is to read of one container. */
export type LogSource =
  | { readonly kind: 'Live'; readonly log: ContainerLog }
  | { readonly kind: 'File'; readonly file: string }
  | { readonly kind: 'None'; readonly status: number; readonly message: string };

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly isPrevious: boolean;
}

export interface KubeletServerOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly certPem: string;
  readonly keyPem: string;
  /** Whom to believe; absent: anybody on this machine. */
  readonly clientCaPem: string | undefined;
  readonly logs: (request: LogRequest) => Promise<LogSource>;
}

/** The part of a kubelet's endpoint that `kubectl logs` needs, for all nodes at once. */
export async function serveKubelet(
  options: KubeletServerOptions,
): Promise<{ readonly server: Server; readonly port: number }> {
  const { certPem, keyPem, clientCaPem, host, port } = options;
  const believed = clientCaPem === undefined ? {} : { ca: clientCaPem, requestCert: true, rejectUnauthorized: true };
  const server = createServer({ cert: certPem, key: keyPem, ...believed }, (request, response) => {
    void answer(request, response, options.logs);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve({ server, port: typeof address === 'object' && address !== null ? address.port : port });
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  logs: KubeletServerOptions['logs'],
): Promise<void> {
  try {
    const url = new URL(request.url ?? '/', 'https://kubelet');
    const [route, namespace, pod, container] = url.pathname.split('/').slice(1).map(decodeURIComponent);
    if (route === 'healthz') {
      say(response, 200, 'ok');
    } else if (route === 'containerLogs' && namespace !== undefined && pod !== undefined && container !== undefined) {
      const query = logQuery(url.searchParams, Date.now());
      send(response, await logs({ namespace, pod, container, isPrevious: query.isPrevious }), query);
    } else {
      say(response, 404, 'the node agent serves /containerLogs and /healthz');
    }
  } catch (error) {
    say(response, 400, error instanceof Error ? error.message : String(error));
  }
}

function say(response: ServerResponse, status: number, text: string): void {
  if (!response.headersSent) {
    response.writeHead(status, { 'content-type': 'text/plain' });
  }
  response.end(text);
}

function send(response: ServerResponse, source: LogSource, query: LogQuery): void {
  if (source.kind === 'None') {
    say(response, source.status, source.message);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/plain' });
  const out = limited(response, query.limitBytes);
  const write = (record: LogRecord): void => {
    out(renderRecord(record, query));
  };
  if (source.kind === 'File') {
    selectRecords(readLog(source.file), query).forEach(write);
    response.end();
    return;
  }
  selectRecords(source.log.records(), query).forEach(write);
  if (!query.isFollowing || source.log.isClosed) {
    response.end();
    return;
  }
  response.flushHeaders();
  const stop = source.log.listen({
    next: (record) => {
      if (isWanted(record, query)) {
        write(record);
      }
    },
    end: () => {
      response.end();
    },
  });
  response.once('close', stop);
}

/** Writes until so many bytes are written, then ends. */
function limited(response: ServerResponse, limitBytes: number | undefined): (text: string) => void {
  let left = limitBytes ?? Infinity;
  return (text) => {
    const bytes = Buffer.from(text);
    if (left > 0) {
      response.write(bytes.length > left ? bytes.subarray(0, left) : bytes);
      left -= bytes.length;
      if (left <= 0) {
        response.end();
      }
    }
  };
}
