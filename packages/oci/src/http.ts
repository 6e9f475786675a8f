import http from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { TransferError } from './transfer-error.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpBody;
  readonly signal: AbortSignal;
}

/** Something of known length that can be read more than once: a request may be repeated. */
export interface HttpBody {
  readonly length: number;
  chunks(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** An answer whose body is still to be read, or destroyed. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
}

const ANSWER_WITHIN_MS = 30_000;
/** A registry that keeps blobs elsewhere moves them there before it answers. */
const UPLOAD_ANSWER_WITHIN_MS = 300_000;
const LONGEST_TEXT_BYTES = 4 * 1024 * 1024;

/** A body that is at hand. */
export function bytesBody(bytes: Uint8Array): HttpBody {
  return { length: bytes.length, chunks: () => Readable.from([bytes]) };
}

/**
 * One request, its body streamed (`fetch` would hold all of it in memory). A connection for each: it is never one
 * that the server has closed meanwhile.
 */
export async function send({ method, url, headers = {}, body, signal }: HttpRequest): Promise<HttpAnswer> {
  signal.throwIfAborted();
  const answered = Promise.withResolvers<IncomingMessage>();
  const request = (url.protocol === 'https:' ? https : http).request(url, {
    method,
    agent: false,
    signal,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-length': body.length }) },
  });
  const patienceMs = body === undefined ? ANSWER_WITHIN_MS : UPLOAD_ANSWER_WITHIN_MS;
  request.setTimeout(patienceMs, () => request.destroy(new Error(`nothing came for ${patienceMs / 1000} s`)));
  request.once('response', answered.resolve);
  // Stays: a server may answer before it has taken everything, and end the connection then.
  request.on('error', answered.reject);
  const sent = body === undefined ? void request.end() : pipeline(readFor(body, signal), request);
  sent?.catch((error: unknown) => answered.reject(error));
  try {
    const message = await answered.promise;
    return { status: message.statusCode ?? 0, headers: message.headers, body: message };
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof TransferError ? error : connectionError(url, error);
  }
}

/** The whole body, which must be small. */
export async function textOf({ body }: HttpAnswer, origin: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of bytesOf(body)) {
      length += chunk.length;
      if (length > LONGEST_TEXT_BYTES) {
        throw new TransferError('Rejected', `${origin} answered with more than ${LONGEST_TEXT_BYTES} bytes of text`);
      }
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof TransferError ? error : connectionError(new URL(origin), error);
  }
  return Buffer.concat(chunks);
}

/** What comes after the head of an answer; a broken connection is told as such. */
export async function* chunksOf({ body }: HttpAnswer, url: URL): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* bytesOf(body);
  } catch (error) {
    throw connectionError(url, error);
  }
}

export async function* bytesOf(stream: Readable): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of stream) {
    if (chunk instanceof Uint8Array) {
      yield chunk;
    }
  }
}

/** A body that cannot be read is not to be taken for a broken connection. */
async function* readFor(body: HttpBody, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  const iterator = body.chunks(signal)[Symbol.asyncIterator]();
  try {
    for (let next = await read(iterator); next.done !== true; next = await read(iterator)) {
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

async function read(iterator: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  try {
    return await iterator.next();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw error instanceof TransferError
      ? error
      : new TransferError('Disk', `cannot read what is to be sent: ${reason}`, { cause: error });
  }
}

function connectionError(url: URL, error: unknown): TransferError {
  const reason = error instanceof Error ? error.message : String(error);
  return new TransferError('Network', `the connection to ${url.origin} failed: ${reason}`, { cause: error });
}
