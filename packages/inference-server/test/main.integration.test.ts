import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import { address, killPrograms, MAIN, post, start } from './program.ts';
import { makeTinyModels, STORY } from './tiny-model.ts';
import type { TinyModels } from './tiny-model.ts';

/** Room for an answer that takes many times longer than any signal. */
const ENDLESS = ['--threads', '1', '--max-model-len', '60000', '--max-num-seqs', '1'];

let models: TinyModels;

beforeAll(async () => {
  models = await makeTinyModels();
});

afterEach(killPrograms);

afterAll(async () => {
  await models.remove();
});

describe('the program', () => {
  test('listens, loads, answers, and ends cleanly on SIGTERM', async () => {
    const program = start(['--model', models.story, '--served-model-name', 'tiny', '--threads', '1']);
    const url = await address(program);
    await program.line('"Ready"');
    const response = await post(`${url}/chat`, { prompt: 'Tell', generate_kwargs: { do_sample: false } });
    expect(await response.json()).toEqual({ Result: `Tell ${STORY}` });
    const card: unknown = await (await fetch(`${url}/v1/models`)).json();
    expect(card).toMatchObject({
      data: [{ id: 'tiny', root: models.story, meta: { file: 'tiny-f16.gguf', name: 'bigram-machine-tiny' } }],
    });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain(
      'vllm:generation_tokens_total{model_name="tiny",engine="0"} 16',
    );
    program.child.kill('SIGTERM');
    expect(await program.exitCode).toBe(0);
    const messages = ['Listening', '"Ready"', 'Stopped'].map((text) =>
      program.output.findIndex((line) => line.includes(text)),
    );
    expect(messages).toEqual(messages.toSorted((a, b) => a - b));
    expect(messages).not.toContain(-1);
    expect(program.output.at(-1)).toContain('Stopped');
  });

  test('lets a running answer end before it stops, and takes no other', async () => {
    const program = start(['--model', models.endless, '--threads', '1']);
    const url = await address(program);
    await program.line('"Ready"');
    const messages = [{ role: 'user', content: 'Tell' }];
    const stream = await post(`${url}/v1/chat/completions`, { messages, stream: true, max_tokens: 600 });
    program.child.kill('SIGTERM');
    await program.line('Stopping');
    const refused = await fetch(`${url}/health`).catch(() => undefined);
    expect(refused?.status ?? 503).toBe(503);
    const text = await stream.text();
    expect(text).toContain('"finish_reason":"length"');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(await program.exitCode).toBe(0);
  });

  test('gives up an answer that takes longer than the grace period', async () => {
    const program = start(['--model', models.endless, ...ENDLESS, '--shutdown-grace', '0']);
    const url = await address(program);
    await program.line('"Ready"');
    const messages = [{ role: 'user', content: 'Tell' }];
    const stream = await post(`${url}/v1/chat/completions`, { messages, stream: true, temperature: 0 });
    program.child.kill('SIGTERM');
    expect(await stream.text()).toMatch(/the server is shutting down[^\n]*\n\ndata: \[DONE\]\n\n$/u);
    expect(await program.exitCode).toBe(0);
  });

  test('says on /health what it waits for, and stops while it waits', async () => {
    const hub = await silentHub();
    const port = portOf(hub);
    const asked = once(hub, 'request');
    const program = start(['--model', 'hf:owner/name/a.gguf'], {
      HF_ENDPOINT: `http://127.0.0.1:${port}`,
      KAITO_ROOT: models.folder,
    });
    const url = await address(program);
    await asked;
    const answer = await fetch(`${url}/health`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      status: 'Unavailable',
      detail: 'asking the hub for hf:owner/name/a.gguf@main',
    });
    program.child.kill('SIGTERM');
    expect(await program.exitCode).toBe(0);
    hub.closeAllConnections();
    hub.close();
  });

  test.each([
    ['a missing file', ['--model', '/nowhere.gguf'], 1, 'there is no model file /nowhere.gguf'],
    ['a file that is no model', ['--model', MAIN], 1, `cannot load the model ${MAIN}: `],
    ['no model', [], 2, '--model: required'],
  ])('ends with a sentence when there is %s', async (_, args, code, sentence) => {
    const program = start(args);
    expect(await program.exitCode).toBe(code);
    expect(program.output.join('\n')).toContain(sentence);
  });

  test('ends with a sentence when the port is taken', async () => {
    const taken = await silentHub();
    const program = start(['--model', models.story], { PORT: String(portOf(taken)) });
    expect(await program.exitCode).toBe(1);
    expect(program.output.join('\n')).toContain('EADDRINUSE');
    taken.close();
  });

  test('shows its help', async () => {
    const program = start(['--help']);
    expect(await program.exitCode).toBe(0);
    expect(program.output.join('\n')).toContain('Examples');
  });
});

/** Takes requests and never answers. */
async function silentHub(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function portOf(server: Server): number {
  const found: AddressInfo | string | null = server.address();
  return typeof found === 'object' && found !== null ? found.port : 0;
}
