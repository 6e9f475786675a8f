import type { Agent, IncomingMessage } from 'node:http';
import type { AgentOptions, RequestOptions } from 'node:https';
import { urlToHttpOptions } from 'node:url';

import type { ClusterAccess } from './cluster-access.ts';
import { HttpCall } from './http-call.ts';
import { http, https, tls } from './node-http.ts';
import { networkError, responseError } from './response-error.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: object;
  readonly contentType?: string;
  /** Absent: JSON. */
  readonly accept?: string;
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
  readonly #protocol: typeof http | typeof https;
  readonly #server: RequestOptions;
  readonly #basePath: string;
  readonly #shortAgent: Agent;
  readonly #streamAgent: Agent;

  constructor(access: ClusterAccess, options: TransportOptions) {
    this.#access = access;
    this.#options = options;
    const base = new URL(access.server);
    this.#protocol = base.protocol === 'http:' ? http : https;
    this.#server = urlToHttpOptions(base);
    this.#basePath = base.pathname.replace(/\/$/, '');
    const security = base.protocol === 'http:' ? {} : tlsOptions(access);
    this.#shortAgent = this.#newAgent({
      ...security,
      keepAlive: true,
      maxSockets: MAX_SOCKETS,
      timeout: IDLE_SOCKET_MS,
    });
    this.#streamAgent = this.#newAgent({ ...security, keepAlive: false });
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
  async stream(request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> {
    return this.#guarded(request, signal, async () => {
      const call = await this.#call(request, this.#streamAgent, signal);
      try {
        const answer = await successful(request, await call.answer());
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
      const answer = await successful(request, await call.answer());
      return parsed(await textOf(answer));
    } catch (error) {
      throw call.hasReusedConnection && isReset(error) ? new LostKeptConnection(error) : error;
    } finally {
      call.release();
    }
  }

  /** All connections lead to one server in one way: no request has to find out which of them would do. */
  #newAgent(options: AgentOptions): Agent {
    const agent = new this.#protocol.Agent(options);
    agent.getName = () => 'server';
    return agent;
  }

  async #call(request: HttpRequest, agent: Agent, signal: AbortSignal): Promise<HttpCall> {
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const headers = await this.#headers(request, body);
    signal.throwIfAborted();
    const { method } = request;
    const outgoing = this.#protocol.request({ ...this.#server, path: this.#path(request), method, agent, headers });
    return new HttpCall(outgoing, { body, timeoutMs: this.#options.requestTimeoutMs, signal });
  }

  #path({ path, query = {} }: HttpRequest): string {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) {
        search.append(name, String(value));
      }
    }
    return `${this.#basePath}${path}${search.size === 0 ? '' : `?${search.toString()}`}`;
  }

  async #headers(
    { accept, contentType }: HttpRequest,
    body: string | undefined,
  ): Promise<Record<string, string | number>> {
    const token = await this.#access.token?.();
    return {
      accept: accept ?? 'application/json',
      'user-agent': this.#options.userAgent,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && {
        'content-type': contentType ?? 'application/json',
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

/** The certificates are read once, not for each connection. */
function tlsOptions({ caPem, serverName, clientCertPem, clientKeyPem }: ClusterAccess): AgentOptions {
  const secureContext = tls.createSecureContext({
    ...(caPem !== undefined && { ca: caPem }),
    ...(clientCertPem !== undefined && { cert: clientCertPem }),
    ...(clientKeyPem !== undefined && { key: clientKeyPem }),
  });
  return { secureContext, ...(serverName !== undefined && { servername: serverName }) };
}

function nameOf({ method, path }: HttpRequest): string {
  return `${method} ${path}`;
}

async function successful(request: HttpRequest, answer: IncomingMessage): Promise<IncomingMessage> {
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

/** By its events: an iterator would cost several times as much for the one piece that most answers are. */
async function textOf(body: IncomingMessage): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  body.setEncoding('utf8');
  body.on('data', (piece: string) => {
    text += piece;
  });
  body.once('end', () => {
    resolve(text);
  });
  body.once('error', reject);
  body.once('close', () => {
    reject(new Error('the answer ended before its end'));
  });
  return promise;
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
