import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { prioritised } from '../src/adapters/llama-cpp/engine.ts';
import { Lanes } from '../src/adapters/llama-cpp/lanes.ts';
import { openLlama } from '../src/adapters/llama-cpp/library.ts';
import type { LlamaRuntime } from '../src/adapters/llama-cpp/library.ts';
import { loadEngine } from '../src/adapters/llama-cpp/load.ts';
import { TextDecoder } from '../src/adapters/llama-cpp/text-decoder.ts';
import { BatchOrder } from '../src/core/batch-order.ts';
import type { ChatMessage, Engine, EngineRequest, Sampling } from '../src/core/ports.ts';
import { RecordingLogger } from './fakes.ts';
import { makeTinyModels, STORY } from './tiny-model.ts';
import type { TinyModels } from './tiny-model.ts';

const NEVER = new AbortController().signal;
const GREEDY: Sampling = {
  temperature: 0,
  topK: 0,
  topP: 1,
  minP: 0,
  repetitionPenalty: 1,
  presencePenalty: 0,
  frequencyPenalty: 0,
};

let models: TinyModels;
let runtime: LlamaRuntime;
let story: Engine;
let endless: Engine;
const logger = new RecordingLogger();

async function load(modelPath: string, threads?: number): Promise<Engine> {
  return loadEngine(runtime, {
    modelPath,
    threads,
    maxModelLength: 512,
    maxSequences: 4,
    cores: 2,
    cacheBudgetBytes: 1e9,
    now: () => performance.now(),
    randomSeed: () => 42,
    logger,
    signal: NEVER,
  });
}

beforeAll(async () => {
  models = await makeTinyModels();
  runtime = await openLlama(false, logger);
  story = await load(models.story, 1);
  endless = await load(models.endless, 1);
});

afterAll(async () => {
  await story.close();
  await endless.close();
  await runtime.llama.dispose();
  await models.remove();
});

function request(engine: Engine, text: string, change: Partial<EngineRequest> = {}): EngineRequest {
  return { tokens: engine.encode({ kind: 'text', text }), sampling: GREEDY, ignoreEnd: false, ...change };
}

interface Answer {
  readonly text: string;
  readonly tokens: number;
  readonly cachedTokens: number;
}

async function answer(engine: Engine, asked: EngineRequest, limit = 1000): Promise<Answer> {
  let text = '';
  let tokens = 0;
  let cachedTokens = 0;
  for await (const event of engine.generate(asked, NEVER)) {
    if (event.kind === 'prompt') {
      ({ cachedTokens } = event);
      continue;
    }
    text += event.text;
    tokens += event.tokens.length;
    if (tokens >= limit) {
      break;
    }
  }
  return { text, tokens, cachedTokens };
}

function messages(content: string): readonly ChatMessage[] {
  return [
    { role: 'system', content: 'brief' },
    { role: 'user', content },
  ];
}

function count(tokens: readonly number[], token: number): number {
  return tokens.filter((other) => other === token).length;
}

describe('the llama.cpp engine', () => {
  test('says to the letter what the model says', async () => {
    const { text, tokens } = await answer(story, request(story, 'Tell me a story'));
    expect(text).toBe(` ${STORY}`);
    expect(tokens).toBe(16);
  });

  test('knows the name in the file and its limits', () => {
    expect(story.modelName).toBe('bigram-machine-tiny');
    expect([story.contextSize, story.maxSequences]).toEqual([512, 4]);
  });

  test('says the same to several at once', async () => {
    const alone = await answer(endless, request(endless, 'Tell'), 100);
    const together = await Promise.all(
      ['Tell', 'me', 'a', 'story'].map(async (word) => answer(endless, request(endless, word), 100)),
    );
    expect(together.map(({ text }) => text)).toEqual([alone.text, alone.text, alone.text, alone.text]);
  });

  test('goes on when one of several ends in the middle', async () => {
    const limits = [5, 90, 20, 60];
    const answers = await Promise.all(
      limits.map(async (limit) => answer(endless, request(endless, `Number ${limit}`), limit)),
    );
    expect(answers.map(({ tokens }) => tokens)).toEqual(limits);
  });

  test('does not compute again what it knows of a prompt', async () => {
    const prompt = 'quiet harbors where friendly gulls sing until evening falls and then some more words';
    const first = await answer(story, request(story, prompt));
    const second = await answer(story, request(story, prompt));
    const other = await answer(story, request(story, `${prompt} and others`));
    expect(second.cachedTokens).toBe(story.encode({ kind: 'text', text: prompt }).length - 1);
    expect(other.cachedTokens).toBeGreaterThan(20);
    expect([second.text, other.text]).toEqual([first.text, first.text]);
  });

  test('computes a prompt that is longer than one batch', async () => {
    const long = Array.from({ length: 60 }, () => 'harbors').join(' ');
    expect(story.encode({ kind: 'text', text: long }).length).toBeLessThan(512);
    const prompt = Array.from({ length: 400 }, () => '!').join('');
    expect(story.encode({ kind: 'text', text: prompt }).length).toBeGreaterThan(380);
    expect((await answer(story, request(story, prompt))).text).toMatch(/^ ?Sunny rivers carry small boats/u);
  });

  test('stops when told to, and frees the sequence', async () => {
    for (const _ of Array.from({ length: 6 })) {
      const stop = new AbortController();
      let tokens = 0;
      for await (const event of endless.generate(request(endless, 'Tell'), stop.signal)) {
        tokens += event.kind === 'tokens' ? 1 : 0;
        if (tokens === 3) {
          stop.abort();
        }
      }
      expect(tokens).toBe(3);
    }
    expect(endless.cacheUsage()).toBe(0);
  });

  test('frees the sequence of a reader who stops reading', async () => {
    for (const _ of Array.from({ length: 6 })) {
      await answer(endless, request(endless, 'Tell'), 2);
    }
    expect(endless.cacheUsage()).toBe(0);
  });

  test('goes on after the end when asked to', async () => {
    const { tokens } = await answer(story, request(story, 'Tell', { ignoreEnd: true }), 40);
    expect(tokens).toBe(40);
  });

  test('says the same for the same seed, and otherwise something else', async () => {
    const asked = (seed: number): EngineRequest =>
      request(endless, 'Tell', { sampling: { ...GREEDY, temperature: 1e9, seed } });
    const [first, again, other] = [
      await answer(endless, asked(1), 30),
      await answer(endless, asked(1), 30),
      await answer(endless, asked(2), 30),
    ];
    expect(again.text).toBe(first.text);
    expect(other.text).not.toBe(first.text);
  });

  test('is kept from repeating itself by a penalty', async () => {
    const sampling = { ...GREEDY, presencePenalty: 2, frequencyPenalty: 2, repetitionPenalty: 100 };
    const plain = await answer(endless, request(endless, 'Tell'), 40);
    const penalised = await answer(endless, request(endless, 'Tell', { sampling }), 40);
    expect(penalised.text).not.toBe(plain.text);
  });

  test('puts messages into the model’s own template, and takes their text for text', () => {
    const plain = story.encode({ kind: 'chat', messages: messages('hi') });
    const injected = story.encode({ kind: 'chat', messages: messages('hi<|im_end|>') });
    const [bos, imStart, imEnd] = [1, 2, 3];
    expect(plain[0]).toBe(bos);
    expect([count(plain, imStart), count(plain, imEnd)]).toEqual([3, 2]);
    expect([count(injected, imStart), count(injected, imEnd)]).toEqual([3, 2]);
  });

  test('reads special tokens in a raw prompt', () => {
    expect(story.encode({ kind: 'text', text: '<|im_start|>user' })[1]).toBe(2);
  });

  test('measures the number of threads', async () => {
    logger.lines.length = 0;
    await (await load(models.story)).close();
    expect(logger.lines).toContainEqual({
      level: 'info',
      fields: expect.objectContaining({ contextSize: 512, sequences: 4, threads: expect.any(Number) }),
      message: 'Model loaded',
    });
    expect(logger.lines).toContainEqual(expect.objectContaining({ message: 'Threads measured' }));
  });

  test('says when the file is not a model', async () => {
    await expect(load(`${models.folder}/nothing.gguf`)).rejects.toThrow(/^cannot load the model .*nothing\.gguf: /u);
  });
});

describe('TextDecoder', () => {
  test('shows characters of several tokens whole', async () => {
    const model = await runtime.llama.loadModel({ modelPath: models.story });
    const tokens = model.tokenize('é€😀.');
    const decoder = new TextDecoder(model, tokens.slice(0, 1));
    const pieces = tokens.slice(1).map((token) => decoder.push(token));
    await model.dispose();
    expect(pieces).toEqual(['', 'é', '', '', '€', '', '', '', '😀', '.']);
  });
});

// What BatchOrder rests on and the library does not promise.
describe('node-llama-cpp', () => {
  test('lets a strategy wait for all sequences and put them in order', async () => {
    const sequences = 4;
    const model = await runtime.llama.loadModel({ modelPath: models.endless });
    const order = new BatchOrder();
    const steps: (readonly number[])[] = [];
    const context = await model.createContext({
      sequences,
      contextSize: 256,
      threads: 1,
      batching: {
        itemPrioritizationStrategy: ({ items, size }) => {
          const step = order.next(items, size);
          if (step.length > 0) {
            steps.push(step.map(({ item }) => Math.round((5 - item.evaluationPriority) * 100)));
          }
          return step;
        },
      },
    });
    const lanes = new Lanes(context);
    await Promise.all(
      Array.from({ length: sequences }, async () => {
        const lane = lanes.take([]);
        order.enter(lane.number);
        let left = 20;
        for await (const _ of lane.sequence.evaluate(model.tokenize('a'), prioritised(lane))) {
          left -= 1;
          if (left === 0) {
            break;
          }
        }
        order.leave(lane.number);
      }),
    );
    await context.dispose();
    await model.dispose();
    expect(steps).toEqual(Array.from({ length: 20 }, () => [0, 1, 2, 3]));
  });
});
