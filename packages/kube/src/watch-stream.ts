import { ApiError, isApiError } from '@kaito/controller-runtime';
import type { WatchEvent } from '@kaito/controller-runtime';

import { isKubernetesObject } from './kubernetes-json.ts';
import { networkError, responseError } from './response-error.ts';

const NEWLINE = 0x0a;

/**
 * The events of a watch, read no faster than they are taken. Throws an ApiError when the stream breaks or the
 * server reports an error in it.
 */
export async function* watchEvents(request: string, body: AsyncIterable<Buffer>): AsyncGenerator<WatchEvent, void> {
  try {
    for await (const line of lines(body)) {
      yield eventOf(request, line);
    }
  } catch (error) {
    throw isApiError(error) ? error : networkError(request, error);
  }
}

/** Lines without their ends. What follows the last line end is half an event: the stream broke. */
async function* lines(body: AsyncIterable<Buffer>): AsyncGenerator<string, void> {
  let pending: Buffer[] = [];
  for await (const chunk of body) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const last = chunk.subarray(start, end);
      yield (pending.length === 0 ? last : Buffer.concat([...pending, last])).toString('utf8');
      pending = [];
      start = end + 1;
    }
    if (start < chunk.length) {
      pending.push(chunk.subarray(start));
    }
  }
  if (pending.length > 0) {
    throw new Error('the stream ended within an event');
  }
}

function eventOf(request: string, line: string): WatchEvent {
  const { type, object } = parsedEvent(line);
  if (type === 'ERROR') {
    throw responseError({ request, body: object });
  }
  if (!isKubernetesObject(object)) {
    throw new ApiError('Network', `${request}: the stream holds something that is no object`);
  }
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, object };
    case 'BOOKMARK':
      return { type, resourceVersion: object.metadata.resourceVersion };
    default:
      throw new ApiError('Network', `${request}: the stream holds an event of unknown type`);
  }
}

function parsedEvent(line: string): { readonly type: unknown; readonly object: unknown } {
  const event: unknown = JSON.parse(line);
  if (typeof event !== 'object' || event === null || !('type' in event) || !('object' in event)) {
    throw new Error('the stream holds something that is no event');
  }
  return event;
}
