import { describe, expect, test } from '@jest/globals';

import { startTestServer } from '../../test/fakes.ts';
import type { TestServer } from '../../test/fakes.ts';

const MESSAGES = [{ role: 'user', content: 'hi' }];

async function post(server: TestServer, payload: object): Promise<{ status: number; body: unknown; text: string }> {
  const url = '/v1/chat/completions';
  const response = await server.app.inject({ method: 'POST', url, payload: { messages: MESSAGES, ...payload } });
  const isJson = response.headers['content-type']?.includes('application/json') === true;
  return { status: response.statusCode, body: isJson ? response.json() : undefined, text: response.body };
}

async function events(server: TestServer, payload: object): Promise<unknown[]> {
  const { text } = await post(server, { stream: true, ...payload });
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => parseData(block.replace('data: ', '')));
}

function parseData(data: string): unknown {
  return data === '[DONE]' ? data : JSON.parse(data);
}

describe('POST /v1/chat/completions', () => {
  test('answers with text, reason and usage', async () => {
    const server = startTestServer();
    const { status, body } = await post(server, { model: 'phi-3-mini-4k-instruct' });
    expect(status).toBe(200);
    expect(body).toEqual({
      id: 'chatcmpl-id',
      object: 'chat.completion',
      created: expect.any(Number),
      model: 'phi-3-mini-4k-instruct',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'One two three' },
          logprobs: null,
          finish_reason: 'stop',
          stop_reason: null,
        },
      ],
      usage: {
        prompt_tokens: 2,
        total_tokens: 5,
        completion_tokens: 3,
        prompt_tokens_details: { cached_tokens: 1 },
      },
    });
  });

  test('streams role, text, reason, usage and the end, in this order', async () => {
    const server = startTestServer();
    const all = await events(server, { stream_options: { include_usage: true } });
    const head = {
      id: 'chatcmpl-id',
      object: 'chat.completion.chunk',
      created: expect.any(Number),
      model: 'phi-3-mini-4k-instruct',
    };
    const chunk = (choice: object): object => ({
      ...head,
      choices: [{ index: 0, logprobs: null, finish_reason: null, ...choice }],
    });
    expect(all).toEqual([
      chunk({ delta: { role: 'assistant', content: '' } }),
      chunk({ delta: { content: 'One' } }),
      chunk({ delta: { content: ' two' } }),
      chunk({ delta: { content: ' three' } }),
      chunk({ delta: {}, finish_reason: 'stop', stop_reason: null }),
      {
        ...head,
        choices: [],
        usage: { prompt_tokens: 2, total_tokens: 5, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 1 } },
      },
      '[DONE]',
    ]);
  });

  test('streams no usage unless asked', async () => {
    const all = await events(startTestServer(), {});
    expect(all).toHaveLength(6);
    expect(JSON.stringify(all)).not.toContain('usage');
  });

  test('is sent as an event stream', async () => {
    const { app } = startTestServer();
    const payload = { messages: MESSAGES, stream: true };
    const { headers } = await app.inject({ method: 'POST', url: '/v1/chat/completions', payload });
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-kaito-model-file': 'model.gguf',
    });
  });

  test('tells an error in the middle of a stream as an event', async () => {
    const server = startTestServer();
    server.engine.beforeToken = async (index) => {
      if (index === 1) {
        throw new Error('secret');
      }
    };
    const all = await events(server, {});
    expect(all.slice(2)).toEqual([
      { error: { message: 'Internal Server Error', type: 'InternalServerError', param: null, code: 500 } },
      '[DONE]',
    ]);
    expect(server.engine.inUse).toBe(0);
  });

  test('ends at max_tokens, and asks the engine for no token more', async () => {
    const server = startTestServer();
    const { body } = await post(server, { max_tokens: 2 });
    expect(body).toMatchObject({ choices: [{ message: { content: 'One two' }, finish_reason: 'length' }] });
    expect(server.engine.given).toBe(2);
    expect(server.engine.inUse).toBe(0);
  });

  test('ends before a stop string that spans tokens, and names it', async () => {
    const server = startTestServer();
    server.engine.script = ['One', ' tw', 'o th', 'ree'];
    const { body } = await post(server, { stop: ['two'] });
    expect(body).toMatchObject({
      choices: [{ message: { content: 'One ' }, finish_reason: 'stop', stop_reason: 'two' }],
    });
  });

  test('shows what only looked like a stop string', async () => {
    const all = await events(startTestServer(), { stop: ' threesome' });
    expect(JSON.stringify(all)).toContain('" three"');
  });

  test('ends at a stop token', async () => {
    const { body } = await post(startTestServer(), { stop_token_ids: [1001] });
    expect(body).toMatchObject({
      choices: [{ message: { content: 'One' }, finish_reason: 'stop', stop_reason: 1001 }],
    });
  });

  test('passes sampling on', async () => {
    const server = startTestServer();
    await post(server, {
      temperature: 0.2,
      top_p: 0.9,
      top_k: -1,
      min_p: 0.1,
      seed: 3,
      presence_penalty: 1,
      frequency_penalty: -1,
      repetition_penalty: 1.1,
      ignore_eos: true,
      max_completion_tokens: 9,
      user: 'somebody',
    });
    expect(server.engine.requests[0]).toMatchObject({
      ignoreEnd: true,
      sampling: {
        temperature: 0.2,
        topP: 0.9,
        topK: 0,
        minP: 0.1,
        seed: 3,
        presencePenalty: 1,
        frequencyPenalty: -1,
        repetitionPenalty: 1.1,
      },
    });
    expect(server.metrics.records[0]?.maxTokens).toBe(9);
  });

  test('may use the rest of the context without max_tokens', async () => {
    const server = startTestServer();
    await post(server, {});
    expect(server.metrics.records[0]?.maxTokens).toBe(254);
  });

  test('reads text parts and developer messages', async () => {
    const server = startTestServer();
    await post(server, {
      messages: [
        { role: 'developer', content: 'be brief' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
        { role: 'assistant', content: null },
      ],
    });
    expect(server.engine.prompts).toEqual(['[system: be brief] [user: ab] [assistant: ]']);
  });

  test.each([
    [{ model: 'gpt-4' }, 404, 'NotFoundError', 'model', 'The model `gpt-4` does not exist.'],
    [{ n: 2 }, 400, 'BadRequestError', 'n', 'n: only 1 is supported by this server'],
    [{ tools: [{}] }, 400, 'BadRequestError', 'tools', 'tools: not supported by this server'],
    [{ logprobs: true }, 400, 'BadRequestError', 'logprobs', 'logprobs: not supported by this server'],
    [
      { response_format: { type: 'json_object' } },
      400,
      'BadRequestError',
      'response_format',
      'response_format: not supported by this server',
    ],
    [{ messages: undefined }, 400, 'BadRequestError', 'messages', expect.stringMatching(/^messages: /u)],
    [{ messages: [] }, 400, 'BadRequestError', 'messages', expect.stringMatching(/^messages: /u)],
    [{ temperature: 'hot' }, 400, 'BadRequestError', 'temperature', expect.stringMatching(/^temperature: /u)],
    [
      { max_tokens: 300 },
      400,
      'BadRequestError',
      'max_tokens',
      "This model's maximum context length is 256 tokens. However, you requested 302 tokens (2 in the messages, 300 in the completion). Please reduce the length of the messages or completion.",
    ],
  ])('refuses %j', async (payload, ...[code, type, param, message]) => {
    const { status, body } = await post(startTestServer(), payload);
    expect({ status, body }).toEqual({ status: code, body: { error: { message, type, param, code } } });
  });

  test('refuses broken JSON', async () => {
    const { app } = startTestServer();
    const headers = { 'content-type': 'application/json' };
    const response = await app.inject({ method: 'POST', url: '/v1/chat/completions', headers, payload: '{' });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ error: { type: 'BadRequestError', code: 400 } });
  });

  test('refuses a stream before its first byte when the queue is full', async () => {
    const server = startTestServer();
    const gate = Promise.withResolvers<undefined>();
    server.engine.beforeToken = async () => {
      await gate.promise;
    };
    const accepted = Array.from({ length: 5 }, async () => post(server, { stream: true }));
    while (server.admission.load.waiting < 3) {
      await new Promise(setImmediate);
    }
    expect(await post(server, { stream: true })).toMatchObject({
      status: 429,
      body: {
        error: {
          message: 'Too many requests: waiting queue (3) exceeds max-num-seqs (2).',
          type: 'requests',
          param: null,
          code: 'rate_limit_exceeded',
        },
      },
    });
    gate.resolve(undefined);
    await Promise.all(accepted);
  });

  test('is not available before the model is loaded', async () => {
    const { status, body } = await post(startTestServer({ isReady: false }), {});
    expect(status).toBe(503);
    expect(body).toMatchObject({ error: { type: 'ServiceUnavailableError', code: 503 } });
  });
});
