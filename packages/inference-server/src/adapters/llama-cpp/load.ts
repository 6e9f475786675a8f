import path from 'node:path';

import type { LlamaModel } from 'node-llama-cpp';

import { BatchOrder } from '../../core/batch-order.ts';
import { planContext } from '../../core/context-plan.ts';
import type { ContextPlan } from '../../core/context-plan.ts';
import type { Engine, Logger } from '../../core/ports.ts';
import { median, threadCandidates } from '../../core/threads.ts';
import { calibrateThreads } from './calibrate.ts';
import { chatTemplateOf } from './chat-prompt.ts';
import { LlamaEngine } from './engine.ts';
import { Lanes } from './lanes.ts';
import type { LlamaRuntime } from './library.ts';

const BATCH_SIZE = 512;

export interface LoadOptions {
  readonly modelPath: string;
  /** Undefined: measured. */
  readonly threads: number | undefined;
  readonly maxModelLength: number | undefined;
  readonly maxSequences: number | undefined;
  /** Cores that this process may use. */
  readonly cores: number;
  /** What the key-value cache may take. */
  readonly cacheBudgetBytes: number;
  readonly now: () => number;
  readonly randomSeed: () => number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Loads a model and finds out how many threads serve it best. */
export async function loadEngine(runtime: LlamaRuntime, options: LoadOptions): Promise<Engine> {
  const { llama, library } = runtime;
  const model = await loadModel(runtime, options);
  const plan = contextPlan(model, options);
  const order = new BatchOrder();
  const context = await model.createContext({
    contextSize: plan.contextSize,
    sequences: plan.sequences,
    batchSize: Math.min(BATCH_SIZE, plan.contextSize),
    threads: options.threads ?? options.cores,
    createSignal: options.signal,
    batching: { itemPrioritizationStrategy: ({ items, size }) => order.next(items, size) },
  });
  const lanes = new Lanes(context);
  const threads = options.threads ?? (await calibrated(runtime, lanes, options));
  llama.maxThreads = threads;
  options.logger.info({ ...plan, threads, model: path.basename(options.modelPath) }, 'Model loaded');
  return new LlamaEngine({
    runtime,
    model,
    context,
    lanes,
    order,
    chatTemplate: chatTemplateOf(library, model),
    contextSize: plan.contextSize,
    randomSeed: options.randomSeed,
  });
}

async function loadModel({ llama }: LlamaRuntime, { modelPath, signal }: LoadOptions): Promise<LlamaModel> {
  try {
    return await llama.loadModel({ modelPath, loadSignal: signal });
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot load the model ${modelPath}: ${reason}`, { cause: error });
  }
}

function contextPlan(model: LlamaModel, options: LoadOptions): ContextPlan {
  const { maxModelLength, maxSequences } = options;
  const wish = { trainedLength: model.trainContextSize, maxModelLength, maxSequences };
  const bytesPerToken = cacheBytesPerToken(model);
  return planContext(
    wish,
    options.cacheBudgetBytes,
    ({ contextSize, sequences }) => contextSize * sequences * bytesPerToken,
  );
}

/** A key and a value of two bytes per dimension, in every layer. */
function cacheBytesPerToken(model: LlamaModel): number {
  const { attention, block_count: layers = 0, embedding_length: width = 0 } = model.fileInfo.architectureMetadata;
  const heads = largest(attention?.head_count, 1);
  const headSize = attention?.key_length ?? width / heads;
  return 2 * 2 * layers * headSize * largest(attention?.head_count_kv, heads);
}

/** Some models have another number in each layer. */
function largest(count: number | readonly number[] | undefined, fallback: number): number {
  return typeof count === 'object' ? Math.max(...count) : (count ?? fallback);
}

async function calibrated(runtime: LlamaRuntime, lanes: Lanes, options: LoadOptions): Promise<number> {
  const lane = lanes.take([]);
  try {
    const candidates = threadCandidates(options.cores);
    const best = await calibrateThreads(runtime.llama, lane.sequence, candidates, options.now);
    if (best !== undefined) {
      const stepMs = Math.round(median(best.stepsMs) * 10) / 10;
      options.logger.debug({ threads: best.threads, stepMs }, 'Threads measured');
    }
    return best?.threads ?? 1;
  } finally {
    lanes.give(lane);
  }
}
