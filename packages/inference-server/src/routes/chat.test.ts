import { describe, expect, test } from '@jest/globals';

import { FILE, startTestServer } from '../../test/fakes.ts';
import type { TestServer } from '../../test/fakes.ts';

async function chat(server: TestServer, payload: object): Promise<{ status: number; body: unknown }> {
  const response = await server.app.inject({ method: 'POST', url: '/chat', payload });
  return { status: response.statusCode, body: response.json() };
}

describe('POST /chat', () => {
  test('returns the prompt and what follows it', async () => {
    const server = startTestServer();
    expect(await chat(server, { prompt: 'Count: ' })).toEqual({
      status: 200,
      body: { Result: 'Count: One two three' },
    });
  });

  test('returns only what follows when the full text is not wanted', async () => {
    const server = startTestServer();
    expect((await chat(server, { prompt: 'Count:', return_full_text: false })).body).toEqual({
      Result: 'One two three',
    });
  });

  test('says which file answered and how fast', async () => {
    const { app } = startTestServer();
    const { headers } = await app.inject({ method: 'POST', url: '/chat', payload: { prompt: 'Count:' } });
    expect(headers).toMatchObject({
      'x-kaito-model-file': 'model.gguf',
      'x-kaito-model-digest': `sha256:${FILE.sha256}`,
      'x-kaito-completion-tokens': '3',
      'x-kaito-tokens-per-second': '100.0',
    });
  });

  test('has the defaults of the text-generation server', async () => {
    const server = startTestServer();
    await chat(server, { prompt: 'a b c' });
    expect(server.metrics.records[0]?.maxTokens).toBe(197);
    expect(server.engine.requests).toMatchObject([
      {
        tokens: [0, 1, 2],
        sampling: {
          temperature: 1,
          topK: 10,
          topP: 1,
          minP: 0,
          repetitionPenalty: 1,
          presencePenalty: 0,
          frequencyPenalty: 0,
        },
        ignoreEnd: false,
      },
    ]);
  });

  test('takes what generate takes', async () => {
    const server = startTestServer();
    await chat(server, {
      prompt: 'a b c',
      unknown: 'ignored',
      generate_kwargs: {
        max_new_tokens: 5,
        do_sample: true,
        temperature: 0.25,
        top_k: 3,
        top_p: '0.5',
        repetition_penalty: 1.5,
        seed: 7,
        eos_token_id: 42,
        num_beam_groups: 1,
        use_cache: true,
      },
    });
    expect(server.engine.requests[0]).toMatchObject({
      sampling: { temperature: 0.25, topK: 3, topP: 0.5, repetitionPenalty: 1.5, seed: 7 },
    });
    expect(server.metrics.records[0]?.maxTokens).toBe(5);
  });

  test('ends at the given end token', async () => {
    const server = startTestServer();
    const kwargs = { eos_token_id: 1001 };
    expect((await chat(server, { prompt: '> ', generate_kwargs: kwargs })).body).toEqual({ Result: '> One' });
  });

  test('is greedy without sampling', async () => {
    const server = startTestServer();
    await chat(server, { prompt: 'a', generate_kwargs: { do_sample: false, temperature: 0.7 } });
    expect(server.engine.requests[0]?.sampling.temperature).toBe(0);
  });

  test('counts the prompt into max_length', async () => {
    const server = startTestServer();
    const { body } = await chat(server, { prompt: 'a b', generate_kwargs: { max_length: 4 } });
    expect(body).toEqual({ Result: 'a bOne two' });
  });

  test('puts the prefix before the prompt, outside of max_length and of the answer', async () => {
    const server = startTestServer();
    const { body } = await chat(server, { prompt: 'c', prefix: 'a b ', generate_kwargs: { max_length: 4 } });
    expect(server.engine.prompts[0]).toBe('a b c');
    expect(server.metrics.records[0]?.maxTokens).toBe(4);
    expect(body).toEqual({ Result: 'cOne two three' });
  });

  test('cuts a long prompt from the left when asked to leave a hole', async () => {
    const server = startTestServer();
    const prompt = Array.from({ length: 300 }, () => 'a').join(' ');
    const generate = { max_new_tokens: 10 };
    await chat(server, { prompt, handle_long_generation: 'hole', generate_kwargs: generate });
    expect(server.engine.requests[0]?.tokens).toHaveLength(246);
    expect(server.engine.requests[0]?.tokens[0]).toBe(54);
  });

  test('stops at the end of the context', async () => {
    const server = startTestServer();
    await chat(server, { prompt: 'a b', generate_kwargs: { max_new_tokens: 100_000 } });
    expect(server.metrics.records[0]?.maxTokens).toBe(254);
  });

  test('joins all returned sequences', async () => {
    const server = startTestServer();
    const { body } = await chat(server, {
      prompt: '> ',
      generate_kwargs: { num_return_sequences: 2, max_new_tokens: 1 },
    });
    expect(body).toEqual({ Result: '> One> One' });
  });

  test('removes the spaces before punctuation when asked to', async () => {
    const server = startTestServer();
    server.engine.script = ['It', ' does', " n't", ' .'];
    const { body } = await chat(server, { prompt: 'a', return_full_text: false, clean_up_tokenization_spaces: true });
    expect(body).toEqual({ Result: "It doesn't." });
  });

  test('answers a conversation through the chat template', async () => {
    const server = startTestServer();
    const { body } = await chat(server, { messages: [{ role: 'user', content: 'hi' }] });
    expect(server.engine.prompts).toEqual(['[user: hi]']);
    expect(body).toEqual({ Result: 'One two three' });
  });

  test.each([
    [{}, 'Text generation parameter prompt required'],
    [{ prompt: null }, 'Text generation parameter prompt required'],
    [{ prompt: '' }, 'Text generation parameter prompt required'],
    [{ messages: [] }, 'Conversational parameter messages required'],
    [{ messages: [{ role: 'tool', content: '' }] }, "messages: role 'tool' is not one of system, user, assistant"],
    [
      { prompt: 'a b c', generate_kwargs: { max_length: 3 } },
      'Input length of input_ids is 3, but `max_length` is set to 3. Increase `max_length` in generate_kwargs or, better, set `max_new_tokens`.',
    ],
    [
      { prompt: 'a', generate_kwargs: { num_beams: 4 } },
      'generate_kwargs.num_beams: only 1 is supported by this server',
    ],
    [
      { prompt: 'a', generate_kwargs: { max_new_tokens: 0 } },
      'generate_kwargs.max_new_tokens: 0 is not an integer of at least 1',
    ],
    [{ prompt: 'a', generate_kwargs: { top_p: 2 } }, 'generate_kwargs.top_p: 2 is not a number from 0 to 1'],
    [{ prompt: 'a', generate_kwargs: { bananas: 4 } }, 'generate_kwargs.bananas: not supported by this server'],
    [{ prompt: 'a', handle_long_generation: 'x' }, "handle_long_generation: only 'hole' is known"],
    [
      { prompt: Array.from({ length: 256 }, () => 'a').join(' '), generate_kwargs: { max_new_tokens: 1 } },
      "The prompt has 256 tokens, but this model's context holds 256 for prompt and answer together.",
    ],
  ])('refuses %j', async (payload, detail) => {
    expect(await chat(startTestServer(), payload)).toEqual({ status: 400, body: { detail } });
  });

  test.each([
    [{ prompt: 5 }, 'string_type', ['body', 'prompt'], 'Input should be a valid string', 5],
    [
      { return_full_text: 'maybe' },
      'bool_parsing',
      ['body', 'return_full_text'],
      'Input should be a valid boolean, unable to interpret input',
      'maybe',
    ],
    [{ return_full_text: [] }, 'bool_type', ['body', 'return_full_text'], 'Input should be a valid boolean', []],
    [{ messages: 'hi' }, 'list_type', ['body', 'messages'], 'Input should be a valid list', 'hi'],
    [
      { messages: [{ role: 'user' }] },
      'missing',
      ['body', 'messages', 0, 'content'],
      'Field required',
      { role: 'user' },
    ],
    [
      { generate_kwargs: 3 },
      'model_attributes_type',
      ['body', 'generate_kwargs'],
      'Input should be a valid dictionary or object to extract fields from',
      3,
    ],
    [
      { generate_kwargs: { max_length: 'x' } },
      'int_parsing',
      ['body', 'generate_kwargs', 'max_length'],
      'Input should be a valid integer, unable to parse string as an integer',
      'x',
    ],
    [
      { generate_kwargs: { max_length: 1.5 } },
      'int_from_float',
      ['body', 'generate_kwargs', 'max_length'],
      'Input should be a valid integer, got a number with a fractional part',
      1.5,
    ],
    [
      { generate_kwargs: { max_length: null } },
      'int_type',
      ['body', 'generate_kwargs', 'max_length'],
      'Input should be a valid integer',
      null,
    ],
    [
      { generate_kwargs: { top_p: 'x' } },
      'float_parsing',
      ['body', 'generate_kwargs', 'top_p'],
      'Input should be a valid number, unable to parse string as a number',
      'x',
    ],
    [
      { generate_kwargs: { top_p: {} } },
      'float_type',
      ['body', 'generate_kwargs', 'top_p'],
      'Input should be a valid number',
      {},
    ],
  ])('tells what is wrong with the form of %j', async (payload, ...[type, loc, msg, input]) => {
    expect(await chat(startTestServer(), payload)).toEqual({
      status: 422,
      body: { detail: [{ type, loc, msg, input }] },
    });
  });

  test('tells every wrong field at once', async () => {
    const { body } = await chat(startTestServer(), { prompt: 1, prefix: 2 });
    expect(body).toMatchObject({ detail: [{ loc: ['body', 'prompt'] }, { loc: ['body', 'prefix'] }] });
  });

  test.each([
    ['no body', undefined, undefined, 'missing'],
    ['broken JSON', 'application/json', '{"prompt', 'json_invalid'],
    ['a form', 'application/x-www-form-urlencoded', 'prompt=a', 'model_attributes_type'],
    ['plain text', 'text/plain', 'hello', 'model_attributes_type'],
  ])('tells what is wrong with %s', async (_, type, payload, expected) => {
    const { app } = startTestServer();
    const response = await app.inject({
      method: 'POST',
      url: '/chat',
      ...(type === undefined ? {} : { headers: { 'content-type': type } }),
      ...(payload === undefined ? {} : { payload }),
    });
    expect(response.statusCode).toBe(422);
    expect(response.json()).toMatchObject({ detail: [{ type: expected }] });
  });

  test('shows nothing of an error in the engine, and logs it', async () => {
    const server = startTestServer();
    server.engine.beforeToken = async () => {
      throw new Error('secret');
    };
    const response = await server.app.inject({ method: 'POST', url: '/chat', payload: { prompt: 'a' } });
    expect([response.statusCode, response.body]).toEqual([500, 'Internal Server Error']);
    expect(server.logger.lines).toContainEqual(expect.objectContaining({ level: 'error', message: 'Request failed' }));
    expect(server.metrics.records).toMatchObject([{ reason: 'error' }]);
    expect(server.engine.inUse).toBe(0);
  });

  test('is not available before the model is loaded', async () => {
    const server = startTestServer({ isReady: false });
    server.lifecycle.starting('downloading weights');
    expect(await chat(server, { prompt: 'a' })).toEqual({
      status: 503,
      body: { detail: 'Model not initialized: downloading weights' },
    });
  });

  test('refuses when the queue is longer than the number of sequences', async () => {
    const server = startTestServer();
    const gate = Promise.withResolvers<undefined>();
    server.engine.beforeToken = async () => {
      await gate.promise;
    };
    // Two run, three wait: as many as there are sequences, and one.
    const accepted = Array.from({ length: 5 }, async () => chat(server, { prompt: 'a' }));
    while (server.admission.load.waiting < 3) {
      await new Promise(setImmediate);
    }
    expect(await chat(server, { prompt: 'a' })).toEqual({
      status: 429,
      body: { detail: 'Too many requests: waiting queue (3) exceeds max-num-seqs (2).' },
    });
    gate.resolve(undefined);
    expect((await Promise.all(accepted)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(server.metrics.rejections).toBe(1);
    expect(server.engine.inUse).toBe(0);
  });
});
