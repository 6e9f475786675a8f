import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer = (response: ServerResponse, request: SeenRequest) => void;

export interface HttpServer {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Connections that were ever opened. */
  readonly connectionCount: number;
  /** The next requests are answered so, one answer each; the last one is repeated. */
  answer(...answers: readonly Answer[]): void;
  close(): void;
}

/** An HTTP server on a free loopback port that answers as told and keeps what it was asked. */
export async function httpServer(): Promise<HttpServer> {
  const requests: SeenRequest[] = [];
  let answers: readonly Answer[] = [json(200, {})];
  let connectionCount = 0;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    const seen = { method, url, headers, body: await bodyOf(request) };
    requests.push(seen);
    const [next, ...rest] = answers;
    answers = rest.length === 0 ? answers : rest;
    next?.(response, seen);
  };
  const server = createServer((request, response) => {
    void handle(request, response);
  });
  server.on('connection', () => {
    connectionCount += 1;
  });
  await listen(server);
  const address = server.address();
  return {
    url: `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : undefined)}`,
    requests,
    get connectionCount() {
      return connectionCount;
    },
    answer: (...given) => {
      answers = given;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

async function listen(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.listen(0, '127.0.0.1', () => {
    resolve(undefined);
  });
  await promise;
}

async function bodyOf(request: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
