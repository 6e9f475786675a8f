import * as http from 'node:http';
import * as https from 'node:https';

import { refusal } from './refusal.ts';
import type { Secret } from './secret.ts';

/** Instead of passing requests on: break the connection, or answer so, quoting the request. */
export type Trouble = 'hang-up' | 401 | 403 | 500;

export interface FrontOptions {
  /** What stands behind it, for labels. */
  readonly name: string;
  readonly upstream: string;
  /** Absent: plain HTTP on both sides. */
  readonly tls?: { readonly caPem: string; readonly certPem: string; readonly keyPem: string };
}

/** A proxy that notes every credential that goes through it, and makes trouble when told. */
export class RecordingFront {
  readonly #options: FrontOptions;
  readonly #server: http.Server;
  readonly #agent: http.Agent;
  readonly #seen = new Map<string, string>();
  #trouble: Trouble | undefined;
  #troubled = 0;

  constructor(options: FrontOptions) {
    this.#options = options;
    const { tls } = options;
    const serve = (request: http.IncomingMessage, response: http.ServerResponse): void => {
      void this.#handle(request, response);
    };
    this.#server =
      tls === undefined ? http.createServer(serve) : https.createServer({ cert: tls.certPem, key: tls.keyPem }, serve);
    this.#agent = tls === undefined ? new http.Agent() : new https.Agent({ ca: tls.caPem });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return `${this.#options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
  }

  /** From now on, until it is told otherwise; what is open breaks off. */
  make(trouble: Trouble | undefined): void {
    this.#trouble = trouble;
    this.#troubled = 0;
    this.#server.closeAllConnections();
  }

  /** How many requests have met the present trouble. */
  get troubled(): number {
    return this.#troubled;
  }

  /** Every credential that has gone through. */
  get secrets(): readonly Secret[] {
    return [...this.#seen].map(([text, label]) => ({ label, text }));
  }

  async #handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const body = await textOf(request).catch(() => undefined);
    this.#note(
      `a token sent to ${this.#options.name}`,
      /^Bearer (\S+)$/u.exec(request.headers.authorization ?? '')?.[1],
    );
    this.#note('a client assertion', new URLSearchParams(body ?? '').get('client_assertion') ?? undefined);
    if (body === undefined || this.#trouble === 'hang-up') {
      this.#troubled += 1;
      request.socket.destroy();
    } else if (this.#trouble === undefined || isDirectory(request.url)) {
      this.#forward(request, response, body);
    } else {
      this.#troubled += 1;
      const { status, text } = refusal(request, body, this.#trouble);
      response.writeHead(status, { 'content-type': 'application/json' }).end(text);
    }
  }

  #note(label: string, text: string | undefined): void {
    if (text !== undefined) {
      this.#seen.set(text, label);
    }
  }

  #forward(request: http.IncomingMessage, response: http.ServerResponse, body: string): void {
    const { request: open } = this.#options.tls === undefined ? http : https;
    const target = new URL(request.url ?? '/', this.#options.upstream);
    const call = open(target, { method: request.method, headers: request.headers, agent: this.#agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    });
    call.once('error', () => response.destroy());
    response.once('close', () => call.destroy());
    call.end(body);
  }
}

/** Where an authority answers; asked for without credentials. */
function isDirectory(url: string | undefined): boolean {
  return url?.includes('/.well-known/') === true;
}

async function textOf(request: http.IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) {
    chunks.push(chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk)));
  }
  return Buffer.concat(chunks).toString('utf8');
}
