import type { FastifyInstance } from 'fastify';

import { buildApp } from '../src/app.ts';
import { Admission } from '../src/core/admission.ts';
import { Lifecycle } from '../src/core/lifecycle.ts';
import type {
  Engine,
  EngineEvent,
  EngineRequest,
  GenerationRecord,
  Host,
  Logger,
  Metrics,
  ModelFile,
  Prompt,
} from '../src/core/ports.ts';

/**
 * An engine that says its script, one word per token, and keeps what it was asked. Prompts have one token per
 * word; a conversation shows every message in square brackets.
 */
export class FakeEngine implements Engine {
  readonly modelName = 'Scripted';
  readonly contextSize = 256;
  readonly maxSequences = 2;
  readonly requests: EngineRequest[] = [];
  readonly prompts: string[] = [];
  script: readonly string[] = ['One', ' two', ' three'];
  /** Called before each token; may wait or throw. */
  beforeToken: (index: number) => Promise<void> = async () => undefined;
  /** Tokens given out, and sequences not yet given back. */
  given = 0;
  inUse = 0;

  encode(prompt: Prompt): readonly number[] {
    const text =
      prompt.kind === 'text'
        ? prompt.text
        : prompt.messages.map(({ role, content }) => `[${role}: ${content}]`).join(' ');
    this.prompts.push(text);
    return text.split(' ').map((_, index) => index);
  }

  async *generate(request: EngineRequest, signal: AbortSignal): AsyncGenerator<EngineEvent, void, void> {
    this.requests.push(request);
    this.inUse += 1;
    try {
      yield { kind: 'prompt', cachedTokens: 1 };
      for (const [index, text] of this.script.entries()) {
        await this.beforeToken(index);
        if (signal.aborted) {
          return;
        }
        this.given += 1;
        yield { kind: 'tokens', text, tokens: [1000 + index] };
      }
    } finally {
      this.inUse -= 1;
    }
  }

  cacheUsage(): number {
    return 0.5;
  }

  async close(): Promise<void> {
    throw new Error('routes never close the engine');
  }
}

export class FakeMetrics implements Metrics {
  readonly records: GenerationRecord[] = [];
  rejections = 0;

  observe(record: GenerationRecord): void {
    this.records.push(record);
  }

  rejected(): void {
    this.rejections += 1;
  }

  async text(): Promise<string> {
    return 'vllm:num_requests_running 0\n';
  }
}

export class RecordingLogger implements Logger {
  readonly lines: { readonly level: string; readonly fields: object; readonly message: string }[] = [];
  readonly debug = this.#at('debug');
  readonly info = this.#at('info');
  readonly warn = this.#at('warn');
  readonly error = this.#at('error');

  #at(level: string): Logger['info'] {
    return (fields, message) => {
      this.lines.push({ level, fields, message });
    };
  }
}

const host: Host = {
  cpu: () => ({
    loadPercentage: 12.34,
    physicalCores: 2,
    totalCores: 4,
    usedBytes: 1.5 * 1024 ** 3,
    totalBytes: 8 * 1024 ** 3,
  }),
};

export const FILE: ModelFile = {
  source: 'hf:owner/name/model.gguf@main',
  fileName: 'model.gguf',
  sha256: 'a'.repeat(64),
  sizeBytes: 1234,
};

export interface TestServer {
  readonly app: FastifyInstance;
  readonly engine: FakeEngine;
  readonly metrics: FakeMetrics;
  readonly logger: RecordingLogger;
  readonly lifecycle: Lifecycle;
  readonly admission: Admission;
  readonly shutdown: AbortController;
}

/** The app around a scripted engine; its clock moves 10 ms whenever it is read. */
export function startTestServer({ isReady = true } = {}): TestServer {
  const engine = new FakeEngine();
  const admission = new Admission(engine.maxSequences);
  const lifecycle = new Lifecycle();
  const metrics = new FakeMetrics();
  const logger = new RecordingLogger();
  const shutdown = new AbortController();
  let timeMs = 0;
  const now = (): number => (timeMs += 10);
  if (isReady) {
    lifecycle.ready({ engine, admission, file: FILE, loadedAt: 1_700_000_000 });
  }
  const app = buildApp({
    lifecycle,
    metrics,
    host,
    logger,
    servedModelName: 'phi-3-mini-4k-instruct',
    now,
    newId: () => 'id',
    shutdown: shutdown.signal,
  });
  return { app, engine, metrics, logger, lifecycle, admission, shutdown };
}
