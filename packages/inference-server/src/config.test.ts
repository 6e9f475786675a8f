import { describe, expect, test } from '@jest/globals';

import { helpText, readConfig } from './config.ts';

describe('readConfig', () => {
  test('needs no more than a model', () => {
    expect(readConfig(['--model', 'hf:owner/name/Model-q4.gguf@main'], {})).toEqual({
      kind: 'config',
      config: {
        model: { kind: 'hub', repo: 'owner/name', file: 'Model-q4.gguf', revision: 'main' },
        servedModelName: 'Model-q4',
        host: '0.0.0.0',
        port: 5000,
        maxModelLength: undefined,
        maxSequences: undefined,
        threads: undefined,
        gpu: false,
        weightsDir: '/workspace/weights',
        root: '/',
        hubEndpoint: 'https://huggingface.co',
        hubToken: undefined,
        dockerConfig: undefined,
        logLevel: 'info',
        shutdownGraceMs: 25_000,
      },
    });
  });

  test('repeats no value that is refused', () => {
    const read = readConfig(['--model', 'https://me:hunter2@x/a.gguf', '--hf-endpoint', 'https://me:hunter2@hub'], {
      LOG_LEVEL: 'hunter2',
      PORT: 'hunter2',
    });
    expect(read.kind === 'invalid' ? read.problems : []).toEqual([
      expect.stringContaining('--model: '),
      '--port: expected a number',
      '--hf-endpoint: expected an http(s) address without user and password; a token goes into HF_TOKEN',
      expect.stringContaining('--log-level: '),
    ]);
    expect(JSON.stringify([read, readConfig(['hunter2'], {})])).not.toContain('hunter2');
  });

  test('takes flags before environment, and empty variables for absent', () => {
    const read = readConfig(['--model=/a.gguf', '--port', '81'], {
      HOST: '127.0.0.1',
      PORT: '80',
      HF_ENDPOINT: '',
      HF_TOKEN: 'secret',
      DOCKER_CONFIG: '/docker',
      KAITO_ROOT: '/pods/1',
      MAX_NUM_SEQS: '2',
      GPU: 'cuda',
    });
    expect(read).toMatchObject({
      config: {
        host: '127.0.0.1',
        port: 81,
        hubEndpoint: 'https://huggingface.co',
        hubToken: 'secret',
        dockerConfig: '/docker',
        root: '/pods/1',
        maxSequences: 2,
        gpu: 'cuda',
      },
    });
  });

  test('names every wrong value at once', () => {
    const read = readConfig(['--model', 'models/a', '--port', 'x', '--gpu', 'big'], { HF_ENDPOINT: 'here' });
    expect(read).toMatchObject({
      kind: 'invalid',
      problems: [
        expect.stringContaining("--model: 'models/a' is none of"),
        '--port: expected a number',
        expect.stringContaining('--gpu: '),
        expect.stringContaining('--hf-endpoint: expected an http(s) address'),
      ],
    });
  });

  test('says that a model is required, with an example', () => {
    expect(readConfig([], {})).toEqual({
      kind: 'invalid',
      problems: [expect.stringMatching(/^--model: required, .*hf:/u)],
    });
  });

  test('refuses unknown flags', () => {
    expect(readConfig(['--modell', 'x'], {})).toMatchObject({
      kind: 'invalid',
      problems: [expect.stringContaining('--modell')],
    });
  });

  test.each([
    ['hf:owner/name/sub/Model-q4.gguf', 'Model-q4'],
    ['/models/Model-q4.gguf', 'Model-q4'],
    ['oci://registry.example.com/team/model:v1', 'model'],
  ])('calls the model after its reference: %s', (model, servedModelName) => {
    expect(readConfig(['--model', model], {})).toMatchObject({ config: { servedModelName } });
  });

  test('asks for help', () => {
    expect(readConfig(['-h'], {})).toEqual({ kind: 'help' });
    expect(helpText()).toContain('inference-server --model hf:');
  });
});
