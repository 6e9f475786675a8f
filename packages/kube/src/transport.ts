import * as http from 'node:http';
import * as https from 'node:https';

import type { ClusterAccess } from './cluster-access.ts';
import { HttpCall } from './http-call.ts';
import { networkError, responseError } from './response-error.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: object;
  readonly contentType?: string;
}

export interface TransportOptions {
  readonly userAgent: string;
  /** For a stream until its headers, else for the whole answer. */
  readonly requestTimeoutMs: number;
}

/** The API server closes what is idle for 90 s; a request sent at that very moment would be lost. */
const IDLE_SOCKET_MS = 60_000;
const MAX_SOCKETS = 32;

/**
 * HTTP with kept connections. Streams have connections of their own, so that they never starve short requests.
 * Every failure is an ApiError, except that an aborted request rejects with the reason of the abort.
 */
export class Transport {
  readonly #access: ClusterAccess;
  readonly #options: TransportOptions;
  readonly #base: URL;
  readonly #shortAgent: http.Agent;
  readonly #streamAgent: http.Agent;

  constructor(access: ClusterAccess, options: TransportOptions) {
    this.#access = access;
    this.#options = options;
    this.#base = new URL(access.server);
    const { Agent } = this.#base.protocol === 'http:' ? http : https;
    const tls = tlsOptions(access);
    this.#shortAgent = new Agent({ ...tls, keepAlive: true, maxSockets: MAX_SOCKETS, timeout: IDLE_SOCKET_MS });
    this.#streamAgent = new Agent({ ...tls, keepAlive: false });
  }

  /** The body of a successful answer, parsed. */
  async json(request: HttpRequest, signal: AbortSignal): Promise<unknown> {
    return this.#guarded(request, signal, async () => {
      try {
        return await this.#jsonOnce(request, signal);
      } catch (error) {
        if (request.method === 'GET' && error instanceof LostKeptConnection) {
          return this.#jsonOnce(request, signal);
        }
        throw error;
      }
    });
  }

  /** The open body of a successful answer; the caller reads or destroys it. */
  async stream(request: HttpRequest, signal: AbortSignal): Promise<http.IncomingMessage> {
    return this.#guarded(request, signal, async () => {
      const call = await this.#call(request, this.#streamAgent, signal);
      try {
        const answer = await successful(request, await call.answer(bodyOf(request)));
        call.keepOpen();
        return answer;
      } catch (error) {
        call.release();
        throw error;
      }
    });
  }

  close(): void {
    this.#shortAgent.destroy();
    this.#streamAgent.destroy();
  }

  async #jsonOnce(request: HttpRequest, signal: AbortSignal): Promise<unknown> {
    const call = await this.#call(request, this.#shortAgent, signal);
    try {
      const answer = await successful(request, await call.answer(bodyOf(request)));
      return parsed(await textOf(answer));
    } catch (error) {
      throw call.hasReusedConnection && isReset(error) ? new LostKeptConnection(error) : error;
    } finally {
      call.release();
    }
  }

  async #call(request: HttpRequest, agent: http.Agent, signal: AbortSignal): Promise<HttpCall> {
    const headers = await this.#headers(request);
    signal.throwIfAborted();
    const { request: open } = this.#base.protocol === 'http:' ? http : https;
    const outgoing = open(this.#url(request), { method: request.method, agent, headers });
    return new HttpCall(outgoing, { timeoutMs: this.#options.requestTimeoutMs, signal });
  }

  #url({ path, query = {} }: HttpRequest): URL {
    const url = new URL(this.#base);
    url.pathname = `${this.#base.pathname.replace(/\/$/, '')}${path}`;
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) {
        url.searchParams.set(name, String(value));
      }
    }
    return url;
  }

  async #headers(request: HttpRequest): Promise<Record<string, string | number>> {
    const body = bodyOf(request);
    const token = await this.#access.token?.();
    return {
      accept: 'application/json',
      'user-agent': this.#options.userAgent,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && {
        'content-type': request.contentType ?? 'application/json',
        'content-length': Buffer.byteLength(body),
      }),
    };
  }

  async #guarded<R>(request: HttpRequest, signal: AbortSignal, act: () => Promise<R>): Promise<R> {
    try {
      return await act();
    } catch (error) {
      if (signal.aborted) {
        throw signal.reason;
      }
      if (error instanceof Error && error.name === 'ApiError') {
        throw error;
      }
      this.#closeIdleConnections();
      throw networkError(nameOf(request), error instanceof LostKeptConnection ? error.cause : error);
    }
  }

  /** After one connection failed, the others that were opened to the same server are not to be trusted either. */
  #closeIdleConnections(): void {
    for (const sockets of Object.values(this.#shortAgent.freeSockets)) {
      for (const socket of sockets ?? []) {
        socket.destroy();
      }
    }
  }
}

/** The server closed a kept connection just when a request went out on it. */
class LostKeptConnection extends Error {
  constructor(cause: unknown) {
    super('the kept connection was closed', { cause });
  }
}

function tlsOptions({ caPem, serverName, clientCertPem, clientKeyPem }: ClusterAccess): https.AgentOptions {
  return {
    ...(caPem !== undefined && { ca: caPem }),
    ...(serverName !== undefined && { servername: serverName }),
    ...(clientCertPem !== undefined && { cert: clientCertPem }),
    ...(clientKeyPem !== undefined && { key: clientKeyPem }),
  };
}

function nameOf({ method, path }: HttpRequest): string {
  return `${method} ${path}`;
}

function bodyOf({ body }: HttpRequest): string | undefined {
  return body === undefined ? undefined : JSON.stringify(body);
}

async function successful(request: HttpRequest, answer: http.IncomingMessage): Promise<http.IncomingMessage> {
  const status = answer.statusCode ?? 0;
  if (status >= 200 && status < 300) {
    return answer;
  }
  const text = await textOf(answer);
  throw responseError({
    request: nameOf(request),
    status,
    body: parsedIfJson(text),
    retryAfter: answer.headers['retry-after'],
  });
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  return JSON.parse(text);
}

function parsedIfJson(text: string): unknown {
  try {
    return parsed(text);
  } catch {
    return text;
  }
}

function isReset(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    (error.code === 'ECONNRESET' || error.code === 'EPIPE')
  );
}
