import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';

import { afterEach, describe, expect, test } from '@jest/globals';

import { RequestError } from './core/errors.ts';
import { FILE, startTestServer } from '../test/fakes.ts';
import type { TestServer } from '../test/fakes.ts';

describe('the server', () => {
  test('says that it runs', async () => {
    const response = await startTestServer().app.inject('/');
    expect(response.json()).toEqual({ message: 'Server is running' });
  });

  test('logs a request without what its query and its headers may hold', async () => {
    const { app, engine, logger } = startTestServer();
    engine.beforeToken = async () => {
      throw new Error('broken');
    };
    const headers = { authorization: 'Bearer hunter2', 'api-key': 'hunter2' };
    const payload = { prompt: 'a' };
    await app.inject({ method: 'POST', url: '/chat?api_key=hunter2', headers, payload });
    expect(logger.lines.map(({ message }) => message)).toEqual(['Request failed', 'Request answered']);
    expect(JSON.stringify(logger.lines)).not.toContain('hunter2');
    expect(logger.lines[1]?.fields).toMatchObject({ method: 'POST', url: '/chat', status: 500 });
  });

  test('is healthy once the model is loaded', async () => {
    const { app } = startTestServer();
    for (const url of ['/health', '/healthz']) {
      const response = await app.inject(url);
      expect([response.statusCode, response.json()]).toEqual([200, { status: 'Healthy' }]);
    }
  });

  test('tells what it waits for', async () => {
    const { app, lifecycle } = startTestServer({ isReady: false });
    lifecycle.starting('downloading');
    const [health, healthz] = await Promise.all([app.inject('/health'), app.inject('/healthz')]);
    expect([health.statusCode, health.json()]).toEqual([503, { status: 'Unavailable', detail: 'downloading' }]);
    expect([healthz.statusCode, healthz.json()]).toEqual([500, { detail: 'Model not initialized: downloading' }]);
  });

  test('is not ready while it shuts down, and keeps no connection', async () => {
    const { app, lifecycle } = startTestServer();
    lifecycle.stopping();
    const response = await app.inject('/health');
    expect(response.statusCode).toBe(503);
    expect(response.headers.connection).toBe('close');
    const chat = await app.inject({ method: 'POST', url: '/chat', payload: { prompt: 'a' } });
    expect(chat.json()).toEqual({ detail: 'Model not initialized: the server is shutting down' });
  });

  test('names the model and the file behind it', async () => {
    const response = await startTestServer().app.inject('/v1/models');
    expect(response.json()).toEqual({
      object: 'list',
      data: [
        {
          id: 'phi-3-mini-4k-instruct',
          object: 'model',
          created: 1_700_000_000,
          owned_by: 'kaito',
          root: 'hf:owner/name/model.gguf@main',
          parent: null,
          max_model_len: 256,
          meta: { file: 'model.gguf', digest: `sha256:${FILE.sha256}`, size: 1234, name: 'Scripted' },
        },
      ],
    });
  });

  test('gives Prometheus metrics unless JSON is asked for', async () => {
    const { app } = startTestServer();
    const [text, json] = await Promise.all([
      app.inject('/metrics'),
      app.inject({ url: '/metrics', headers: { accept: 'application/json' } }),
    ]);
    expect(text.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text.body).toContain('vllm:num_requests_running');
    expect(json.json()).toEqual({
      gpu_info: null,
      cpu_info: {
        load_percentage: 12.3,
        physical_cores: 2,
        total_cores: 4,
        memory: { used: '1.50 GB', total: '8.00 GB' },
      },
    });
  });

  test.each([
    ['GET', '/chat', 405, 'Method Not Allowed'],
    ['POST', '/health?x=1', 405, 'Method Not Allowed'],
    ['GET', '/v1/chat/completions', 405, 'Method Not Allowed'],
    ['GET', '/nothing', 404, 'Not Found'],
  ] as const)('answers %s %s with %i', async (method, url, status, detail) => {
    const response = await startTestServer().app.inject({ method, url });
    expect([response.statusCode, response.json()]).toEqual([status, { detail }]);
  });

  test('logs requests, and probes only for debugging', async () => {
    const { app, logger } = startTestServer();
    await app.inject('/health');
    await app.inject('/v1/models');
    expect(logger.lines.map(({ level, fields }) => [level, fields])).toEqual([
      ['debug', expect.objectContaining({ url: '/health', status: 200 })],
      ['info', expect.objectContaining({ url: '/v1/models', status: 200 })],
    ]);
  });
});

/** Resolves when the engine waits for its second token, with the function that lets it go on. */
function heldEngine(engine: TestServer['engine']): { readonly waiting: Promise<undefined>; readonly go: () => void } {
  const waiting = Promise.withResolvers<undefined>();
  const gate = Promise.withResolvers<undefined>();
  engine.beforeToken = async (index) => {
    if (index === 1) {
      waiting.resolve(undefined);
      await gate.promise;
    }
  };
  return { waiting: waiting.promise, go: () => gate.resolve(undefined) };
}

describe('a client that leaves', () => {
  let server: TestServer | undefined;

  afterEach(async () => {
    await server?.app.close();
  });

  test.each([
    ['/chat', { prompt: 'a' }],
    ['/v1/chat/completions', { messages: [{ role: 'user', content: 'a' }] }],
    ['/v1/chat/completions', { messages: [{ role: 'user', content: 'a' }], stream: true }],
  ])('ends the generation of %s %j', async (url, body) => {
    server = startTestServer();
    const { app, engine, metrics, admission } = server;
    const held = heldEngine(engine);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const closed = new Promise((resolve) => {
      app.server.once('connection', (socket) => socket.once('close', resolve));
    });
    const client = request(`${app.listeningOrigin}${url}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    client.once('error', () => undefined);
    client.end(JSON.stringify(body));
    await held.waiting;
    client.destroy();
    await closed;
    held.go();
    await admission.whenIdle();
    expect(engine.given).toBe(1);
    expect(engine.inUse).toBe(0);
    expect(metrics.records).toMatchObject([{ reason: 'abort', completionTokens: 1 }]);
  });

  test('leaves the queue', async () => {
    server = startTestServer();
    const { app, engine, admission } = server;
    const held = heldEngine(engine);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const send = (): ReturnType<typeof request> => {
      const client = request(`${app.listeningOrigin}/chat`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      });
      client.once('error', () => undefined);
      client.once('response', (response: IncomingMessage) => response.resume());
      client.end('{"prompt":"a"}');
      return client;
    };
    const clients = [send(), send(), send()];
    while (admission.load.waiting < 1) {
      await new Promise(setImmediate);
    }
    clients.forEach((client) => client.destroy());
    while (admission.load.waiting > 0) {
      await new Promise(setImmediate);
    }
    held.go();
    await admission.whenIdle();
    expect(engine.requests).toHaveLength(2);
  });

  test('of a server that may wait no longer gets an error and the end', async () => {
    server = startTestServer();
    const { app, engine, shutdown } = server;
    const held = heldEngine(engine);
    const response = app.inject({
      method: 'POST',
      url: '/v1/chat/completions',
      payload: { messages: [{ role: 'user', content: 'a' }], stream: true },
    });
    await held.waiting;
    shutdown.abort(new RequestError('Unavailable', 'the server is shutting down'));
    held.go();
    expect((await response).body).toMatch(/the server is shutting down[^\n]*\n\ndata: \[DONE\]\n\n$/u);
  });
});
