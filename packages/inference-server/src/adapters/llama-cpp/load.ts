import path from 'node:path';

import type { Llama, LlamaModel } from 'node-llama-cpp';

import { BatchOrder } from '../../core/batch-order.ts';
import type { QueuedItem, Step } from '../../core/batch-order.ts';

import { planContext } from '../../core/context-plan.ts';
import type { ContextPlan } from '../../core/context-plan.ts';
import type { Engine, Logger } from '../../core/ports.ts';
import { ThreadGovernor } from '../../core/thread-governor.ts';
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
  const model = await loadModel(runtime, options);
  try {
    return await engineOf(model, runtime, options);
  } catch (error) {
    // The library cannot be closed while it waits for a model that nobody holds any more.
    await model.dispose();
    throw error;
  }
}

async function engineOf(model: LlamaModel, runtime: LlamaRuntime, options: LoadOptions): Promise<Engine> {
  const plan = contextPlan(model, options);
  const steps = new Steps(runtime.llama, options.now);
  const context = await model.createContext({
    contextSize: plan.contextSize,
    sequences: plan.sequences,
    batchSize: Math.min(BATCH_SIZE, plan.contextSize),
    threads: options.threads ?? options.cores,
    createSignal: options.signal,
    batching: { itemPrioritizationStrategy: ({ items, size }) => steps.next(items, size) },
  });
  const lanes = new Lanes(context);
  const threads = options.threads ?? (await calibrated(runtime, lanes, options));
  steps.use(options.threads === undefined ? threadCandidates(options.cores) : [threads], threads);
  options.logger.info({ ...plan, threads, model: path.basename(options.modelPath) }, 'Model loaded');
  return new LlamaEngine({
    model,
    context,
    lanes,
    order: steps.order,
    chatTemplate: chatTemplateOf(runtime.library, model),
    contextSize: plan.contextSize,
    randomSeed: options.randomSeed,
  });
}

/** What is decided before each step: which sequences take part, and how many threads compute it. */
class Steps {
  readonly order = new BatchOrder();
  readonly #llama: Llama;
  readonly #now: () => number;
  #governor: ThreadGovernor | undefined;

  constructor(llama: Llama, now: () => number) {
    this.#llama = llama;
    this.#now = now;
  }

  use(candidates: readonly number[], current: number): void {
    this.#llama.maxThreads = current;
    this.#governor = new ThreadGovernor(candidates, current);
  }

  next<T extends QueuedItem>(items: readonly T[], size: number): Step<T>[] {
    const step = this.order.next(items, size);
    if (step.length > 0 && this.#governor !== undefined) {
      const width = step.every(({ processAmount }) => processAmount === 1) ? step.length : 0;
      this.#llama.maxThreads = this.#governor.next(width, this.#now());
    }
    return step;
  }
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
