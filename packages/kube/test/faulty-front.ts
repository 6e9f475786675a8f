import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';

import type { ClusterAccess } from '../src/index.ts';

export interface FaultyFront {
  readonly url: string;
  readonly refusedCount: number;
  /** From here on every request is answered with this status, without asking the API server; undefined: all go through. */
  refuse(status: number | undefined, headers?: Readonly<Record<string, string>>): void;
  close(): void;
}

/** An HTTP server before the API server, as load balancers are, that can answer for it. */
export async function faultyFront(access: ClusterAccess): Promise<FaultyFront> {
  let refusal: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | undefined;
  let refusedCount = 0;
  const server = createServer((request, response) => {
    if (refusal === undefined) {
      forward(access, request, response);
      return;
    }
    refusedCount += 1;
    response.writeHead(refusal.status, refusal.headers).end('refused');
  });
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.listen(0, '127.0.0.1', () => {
    resolve(undefined);
  });
  await promise;
  const address = server.address();
  return {
    url: `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : undefined)}`,
    get refusedCount() {
      return refusedCount;
    },
    refuse: (status, headers = {}) => {
      refusal = status === undefined ? undefined : { status, headers };
      if (refusal !== undefined) {
        server.closeAllConnections();
      }
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function forward({ server, caPem }: ClusterAccess, incoming: IncomingMessage, response: ServerResponse): void {
  const { method, headers } = incoming;
  const send = server.startsWith('https:') ? httpsRequest : httpRequest;
  const outgoing = send(
    new URL(incoming.url ?? '/', server),
    { method, headers, ca: caPem, agent: false },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    },
  );
  outgoing.once('error', () => response.destroy());
  response.once('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}
