import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KubernetesObject, WatchEvent } from '@kaito/controller-runtime';

import { httpServer, json } from '../test/http-server.ts';
import type { Answer, HttpServer } from '../test/http-server.ts';
import { kubernetesOverHttp } from './kubernetes-over-http.ts';
import type { KubernetesConnection, RequestRecord } from './kubernetes-over-http.ts';

const notes = { group: 'kaito.sh', version: 'v1', plural: 'notes', kind: 'Note', isNamespaced: true };
const key = { namespace: 'default', name: 'a' };
const manifest = { apiVersion: 'kaito.sh/v1', kind: 'Note', metadata: key, spec: { text: 'x' } };
const collection = '/apis/kaito.sh/v1/namespaces/default/notes';
const never = new AbortController().signal;
const fieldManager = 'test';
let server: HttpServer;
let kubernetes: KubernetesConnection;
let records: RequestRecord[];
let tokens: string[];

beforeEach(async () => {
  server = await httpServer();
  records = [];
  tokens = ['first', 'second'];
  kubernetes = aConnection();
});

afterEach(() => {
  kubernetes.close();
  server.close();
});

describe('kubernetesOverHttp', () => {
  it('sends each request with the token of the moment and its name, over one connection', async () => {
    server.answer(json(200, anObject('a')));
    await kubernetes.get({ type: notes, key }, never);
    await kubernetes.get({ type: notes, key }, never);
    expect(server.requests.map(({ headers }) => [headers.authorization, headers['user-agent']])).toEqual([
      ['Bearer first', 'kaito-test/1'],
      ['Bearer second', 'kaito-test/1'],
    ]);
    expect(server.connectionCount).toBe(1);
  });

  it('reads lists page by page', async () => {
    server.answer(json(200, { metadata: { resourceVersion: '9', continue: 'more' }, items: [anObject('a')] }));
    const page = await kubernetes.list(
      { type: notes, limit: 1, continueToken: 'from', labelSelector: 'a=b', fieldSelector: 'metadata.name=a' },
      never,
    );
    expect(page).toEqual({ items: [anObject('a')], resourceVersion: '9', continueToken: 'more' });
    expect(server.requests[0]?.url).toBe(
      '/apis/kaito.sh/v1/notes?labelSelector=a%3Db&fieldSelector=metadata.name%3Da&limit=1&continue=from',
    );
  });

  it('knows the last page', async () => {
    server.answer(json(200, { metadata: { resourceVersion: '9', continue: '' }, items: [] }));
    expect(await kubernetes.list({ type: notes }, never)).toEqual({ items: [], resourceVersion: '9' });
  });

  it('answers undefined for what is not there', async () => {
    server.answer(json(404, { reason: 'NotFound', message: 'notes "a" not found' }));
    expect(await kubernetes.get({ type: notes, key }, never)).toBeUndefined();
  });

  it('asks for what lives in no namespace in none, whatever the object says', async () => {
    const type = { ...notes, isNamespaced: false };
    server.answer(json(200, anObject('a')));
    await kubernetes.create({ type, manifest, fieldManager }, never);
    await kubernetes.get({ type, key }, never);
    expect(server.requests.map(({ url }) => url.split('?')[0])).toEqual([
      '/apis/kaito.sh/v1/notes',
      '/apis/kaito.sh/v1/notes/a',
    ]);
  });

  it.each<readonly [string, () => Promise<unknown>, object]>([
    [
      'creates, strictly',
      async () => kubernetes.create({ type: notes, manifest, fieldManager }, never),
      {
        method: 'POST',
        url: `${collection}?fieldManager=test&fieldValidation=Strict`,
        type: 'application/json',
        body: manifest,
      },
    ],
    [
      'applies, without force unless told',
      async () => kubernetes.apply({ type: notes, manifest, fieldManager }, never),
      {
        method: 'PATCH',
        url: `${collection}/a?fieldManager=test&force=false&fieldValidation=Strict`,
        type: 'application/apply-patch+yaml',
        body: manifest,
      },
    ],
    [
      'applies to the status, with force',
      async () =>
        kubernetes.apply({ type: notes, manifest, fieldManager, isForced: true, subresource: 'status' }, never),
      {
        method: 'PATCH',
        url: `${collection}/a/status?fieldManager=test&force=true&fieldValidation=Strict`,
        type: 'application/apply-patch+yaml',
        body: manifest,
      },
    ],
    [
      'patches by merging',
      async () => kubernetes.patch({ type: notes, key, body: { spec: {} }, fieldManager }, never),
      {
        method: 'PATCH',
        url: `${collection}/a?fieldManager=test&fieldValidation=Strict`,
        type: 'application/merge-patch+json',
        body: { spec: {} },
      },
    ],
    [
      'creates below an object',
      async () => kubernetes.createSubresource({ type: notes, key, subresource: 'eviction', manifest }, never),
      { method: 'POST', url: `${collection}/a/eviction`, type: 'application/json', body: manifest },
    ],
    [
      'deletes on conditions',
      async () =>
        kubernetes.delete(
          {
            type: notes,
            key,
            preconditions: { uid: 'u', resourceVersion: '7' },
            propagationPolicy: 'Foreground',
            gracePeriodSeconds: 0,
          },
          never,
        ),
      {
        method: 'DELETE',
        url: `${collection}/a`,
        type: 'application/json',
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          preconditions: { uid: 'u', resourceVersion: '7' },
          propagationPolicy: 'Foreground',
          gracePeriodSeconds: 0,
        },
      },
    ],
  ])('%s', async (_, act, request) => {
    server.answer(json(200, anObject('a')));
    await act();
    const seen = server.requests[0];
    expect({
      method: seen?.method,
      url: seen?.url,
      type: seen?.headers['content-type'],
      body: JSON.parse(seen?.body ?? '') as unknown,
    }).toEqual(request);
  });

  it('has nothing to delete when it is gone already', async () => {
    server.answer(json(404, { reason: 'NotFound' }));
    await expect(kubernetes.delete({ type: notes, key }, never)).resolves.toBeUndefined();
    server.answer(json(409, { reason: 'Conflict' }));
    await expect(kubernetes.delete({ type: notes, key }, never)).rejects.toMatchObject({ kind: 'Conflict' });
  });

  it('tells what the server refuses, and when to come back', async () => {
    server.answer(json(429, { reason: 'TooManyRequests', message: 'slow down' }, { 'retry-after': '4' }));
    await expect(kubernetes.get({ type: notes, key }, never)).rejects.toMatchObject({
      kind: 'TooManyRequests',
      status: 429,
      retryAfterMs: 4_000,
      message: `GET ${collection}/a: slow down`,
    });
  });

  it('fails when no answer comes in time', async () => {
    kubernetes = aConnection(100);
    server.answer(() => undefined);
    await expect(kubernetes.get({ type: notes, key }, never)).rejects.toMatchObject({
      kind: 'Network',
      message: `GET ${collection}/a: no answer within 100 ms`,
    });
  });

  it('fails when an answer does not end in time', async () => {
    kubernetes = aConnection(100);
    server.answer((response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"metadata":');
    });
    await expect(kubernetes.get({ type: notes, key }, never)).rejects.toMatchObject({
      kind: 'Network',
      message: `GET ${collection}/a: no answer within 100 ms`,
    });
  });

  it('fails when nobody listens', async () => {
    server.close();
    await expect(kubernetes.get({ type: notes, key }, never)).rejects.toMatchObject({ kind: 'Network' });
  });

  it.each([
    ['what is no JSON', '<html>'],
    ['what is no object', '[]'],
  ])('fails at %s', async (_, text) => {
    server.answer((response) => {
      response.writeHead(200).end(text);
    });
    await expect(kubernetes.get({ type: notes, key }, never)).rejects.toMatchObject({ kind: 'Network' });
    await expect(kubernetes.list({ type: notes }, never)).rejects.toMatchObject({ kind: 'Network' });
  });

  it('reads again over a new connection when the kept one was closed at that moment, but writes once', async () => {
    server.answer(json(200, anObject('a')), hangUp, json(200, anObject('a')), hangUp, json(200, anObject('a')));
    await kubernetes.get({ type: notes, key }, never);
    expect(await kubernetes.get({ type: notes, key }, never)).toEqual(anObject('a'));
    await expect(kubernetes.patch({ type: notes, key, body: {}, fieldManager }, never)).rejects.toMatchObject({
      kind: 'Network',
    });
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'PATCH']);
  });

  it('rejects with the reason of an abort', async () => {
    const stop = new AbortController();
    server.answer(() => {
      stop.abort(new Error('stopped'));
    });
    await expect(kubernetes.get({ type: notes, key }, stop.signal)).rejects.toThrow('stopped');
    await expect(kubernetes.get({ type: notes, key }, stop.signal)).rejects.toThrow('stopped');
    expect(server.requests).toHaveLength(1);
  });

  it('asks for bookmarks and yields events until the server ends the stream', async () => {
    server.answer(
      stream(
        { type: 'ADDED', object: anObject('a') },
        { type: 'BOOKMARK', object: { metadata: { resourceVersion: '12' } } },
      ),
    );
    expect(await watched()).toEqual([
      { type: 'ADDED', object: anObject('a') },
      { type: 'BOOKMARK', resourceVersion: '12' },
    ]);
    expect(server.requests[0]?.url).toBe(
      '/apis/kaito.sh/v1/notes?watch=true&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=300',
    );
  });

  it('outlives the time-out of requests while a stream is open', async () => {
    kubernetes = aConnection(2_000);
    server.answer((response) => {
      response.writeHead(200).flushHeaders();
      setTimeout(() => response.end(`${JSON.stringify({ type: 'ADDED', object: anObject('a') })}\n`), 2_500);
    });
    expect(await watched()).toHaveLength(1);
  });

  it('fails when a stream does not open in time', async () => {
    kubernetes = aConnection(100);
    server.answer(() => undefined);
    await expect(watched()).rejects.toMatchObject({ kind: 'Network' });
  });

  it('fails when a stream breaks', async () => {
    server.answer((response) => {
      response.writeHead(200).write(`${JSON.stringify({ type: 'ADDED', object: anObject('a') })}\n`, () => {
        response.destroy();
      });
    });
    await expect(watched()).rejects.toMatchObject({ kind: 'Network' });
  });

  it('closes its connection when the reader leaves or the signal aborts', async () => {
    const closed: string[] = [];
    const endless =
      (name: string): Answer =>
      (response) => {
        response.once('close', () => closed.push(name));
        response.writeHead(200).write(`${JSON.stringify({ type: 'ADDED', object: anObject('a') })}\n`);
      };
    server.answer(endless('left'), endless('aborted'));
    for await (const event of kubernetes.watch(watchRequest, never)) {
      expect(event.type).toBe('ADDED');
      break;
    }
    const stop = new AbortController();
    const reading = watched(stop.signal, () => {
      stop.abort(new Error('stopped'));
    });
    await expect(reading).rejects.toThrow('stopped');
    while (closed.length < 2) {
      await new Promise(setImmediate);
    }
    expect(closed).toEqual(['left', 'aborted']);
  });

  it('reads no faster than its reader takes', async () => {
    const line = `${JSON.stringify({ type: 'ADDED', object: { ...anObject('a'), text: 'x'.repeat(100_000) } })}\n`;
    let isHeldUp = false;
    server.answer((response) => {
      response.writeHead(200);
      for (let index = 0; index < 400; index += 1) {
        response.write(line);
      }
      setTimeout(() => {
        isHeldUp = response.writableLength > 20_000_000;
        response.end();
      }, 200);
    });
    let count = 0;
    for await (const _ of kubernetes.watch(watchRequest, never)) {
      if (count === 0) {
        await new Promise((resolve) => {
          setTimeout(resolve, 250);
        });
      }
      count += 1;
    }
    expect([count, isHeldUp]).toEqual([400, true]);
  });

  it('reports each request', async () => {
    server.answer(json(200, anObject('a')), json(409, {}), stream());
    await kubernetes.get({ type: notes, key }, never);
    await kubernetes.patch({ type: notes, key, body: {}, subresource: 'status', fieldManager }, never).catch(ignore);
    await watched();
    server.answer(hangUp);
    await kubernetes.delete({ type: notes, key }, never).catch(ignore);
    expect(records.map(({ verb, resource, subresource, status }) => [verb, resource, subresource, status])).toEqual([
      ['get', 'notes', undefined, 200],
      ['patch', 'notes', 'status', 409],
      ['watch', 'notes', undefined, 200],
      ['delete', 'notes', undefined, 0],
    ]);
  });

  it('keeps the path of the server before every other', async () => {
    server.answer(json(200, anObject('a')));
    const behind = kubernetesOverHttp({ server: `${server.url}/clusters/c1/` }, { userAgent: 'kaito-test/1' });
    await behind.get({ type: notes, key }, never);
    behind.close();
    expect([server.requests[0]?.url, server.requests[0]?.headers.authorization]).toEqual([
      `/clusters/c1${collection}/a`,
      undefined,
    ]);
  });
});

function aConnection(requestTimeoutMs = 10_000): KubernetesConnection {
  return kubernetesOverHttp(
    { server: server.url, token: () => tokens.shift() ?? 'last' },
    { userAgent: 'kaito-test/1', requestTimeoutMs, onRequest: (record) => records.push(record) },
  );
}

const watchRequest = { type: notes, resourceVersion: '7', timeoutSeconds: 300 };

function anObject(name: string): KubernetesObject {
  const metadata = { name, uid: 'u', resourceVersion: '8', creationTimestamp: '2026-01-01T00:00:00Z' };
  return { apiVersion: 'kaito.sh/v1', kind: 'Note', metadata };
}

function stream(...events: readonly object[]): Answer {
  return (response) => {
    response.writeHead(200).end(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  };
}

function hangUp(...[response]: Parameters<Answer>): void {
  response.socket?.destroy();
}

function ignore(): void {
  // looked at otherwise
}

async function watched(signal = never, onEvent = ignore): Promise<readonly WatchEvent[]> {
  const events: WatchEvent[] = [];
  for await (const event of kubernetes.watch(watchRequest, signal)) {
    events.push(event);
    onEvent();
  }
  return events;
}
