#!/usr/bin/env node
import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { readCredentials } from '@kaito/oci';
import { pinoLogger, runProgram } from '@kaito/operations';

import { thisHost } from './adapters/host.ts';
import { openLlama } from './adapters/llama-cpp/library.ts';
import type { LlamaRuntime } from './adapters/llama-cpp/library.ts';
import { loadEngine } from './adapters/llama-cpp/load.ts';
import { prometheusMetrics } from './adapters/prometheus.ts';
import type { LiveState } from './adapters/prometheus.ts';
import { hubSource } from './adapters/weights/hub-source.ts';
import { Hub } from './adapters/weights/hub.ts';
import { registrySource } from './adapters/weights/registry-source.ts';
import { obtainWeights } from './adapters/weights/weights.ts';
import type { Weights, WeightsSource } from './adapters/weights/weights.ts';
import { buildApp } from './app.ts';
import { helpText, readConfig } from './config.ts';
import type { Config } from './config.ts';
import { Admission } from './core/admission.ts';
import { drain } from './core/drain.ts';
import { RequestError } from './core/errors.ts';
import { Lifecycle } from './core/lifecycle.ts';
import type { LoadedModel } from './core/lifecycle.ts';
import type { Logger } from './core/ports.ts';

const NAME = 'inference-server';
const CACHE_SHARE = 0.25;
/** After an orderly end nothing should be left that keeps the process; if something is, it does not get longer. */
const EXIT_WITHIN_MS = 5000;

const now = (): number => performance.now();
const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
  await delay(ms, undefined, { signal });
};

async function run(config: Config, logger: Logger): Promise<void> {
  const lifecycle = new Lifecycle();
  const stop = stopSignal(logger);
  const shutdown = new AbortController();
  const app = buildApp({
    lifecycle,
    metrics: prometheusMetrics(config.servedModelName, () => liveState(lifecycle)),
    host: thisHost(),
    logger,
    servedModelName: config.servedModelName,
    now,
    newId: () => randomUUID().replaceAll('-', ''),
    shutdown: shutdown.signal,
  });
  const address = await app.listen({ host: config.host, port: config.port });
  logger.info({ address }, 'Listening');
  const runtime = openLlama(config.gpu, logger);
  let model: LoadedModel | undefined;
  try {
    model = await load({ config, lifecycle, logger, runtime }, stop);
    lifecycle.ready(model);
    logger.info({ startMs: Math.round(now()), file: model.file.fileName, sha256: model.file.sha256 }, 'Ready');
    await aborted(stop);
    await drain({
      lifecycle,
      model,
      graceMs: config.shutdownGraceMs,
      sleep,
      abort: () => shutdown.abort(new RequestError('Unavailable', 'the server is shutting down')),
    });
  } catch (error) {
    if (!stop.aborted) {
      throw error;
    }
  } finally {
    lifecycle.stopping();
    await app.close();
    // In this order: the native library keeps a process from ending that leaves it open, and waits for its models.
    await model?.engine.close();
    const { llama } = await runtime;
    await llama.dispose();
  }
}

interface LoadDeps {
  readonly config: Config;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly runtime: Promise<LlamaRuntime>;
}

async function load({ config, lifecycle, logger, runtime }: LoadDeps, signal: AbortSignal): Promise<LoadedModel> {
  // The library starts while the weights are on their way.
  const [llama, weights] = await Promise.all([runtime, weightsOf({ config, lifecycle, logger }, signal)]);
  lifecycle.starting(`loading ${weights.path}`);
  const engine = await loadEngine(llama, {
    modelPath: weights.path,
    threads: config.threads,
    maxModelLength: config.maxModelLength,
    maxSequences: config.maxSequences,
    cores: os.availableParallelism(),
    cacheBudgetBytes: process.availableMemory() * CACHE_SHARE,
    now,
    randomSeed: () => randomInt(2 ** 32),
    logger,
    signal,
  });
  try {
    const file = await weights.file;
    return { engine, admission: new Admission(engine.maxSequences), file, loadedAt: Math.floor(Date.now() / 1000) };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function weightsOf(
  { config, lifecycle, logger }: Omit<LoadDeps, 'runtime'>,
  signal: AbortSignal,
): Promise<Weights> {
  const onDetail = (detail: string): void => lifecycle.starting(detail);
  const { root, weightsDir } = config;
  return obtainWeights({ source: sourceOf(config), root, weightsDir, logger, now, sleep, onDetail }, signal);
}

function sourceOf({ model, root, hubEndpoint, hubToken, dockerConfig }: Config): WeightsSource {
  switch (model.kind) {
    case 'hub':
      return hubSource(new Hub({ endpoint: hubEndpoint, token: hubToken, fetch: globalThis.fetch }), model);
    case 'registry':
      return registrySource(model.reference, async (registry) =>
        dockerConfig === undefined ? undefined : readCredentials(path.join(root, dockerConfig), registry),
      );
    case 'file':
      return model;
    default:
      return model satisfies never;
  }
}

function liveState({ phase }: Lifecycle): LiveState {
  const model = phase.kind === 'starting' ? undefined : phase.model;
  return {
    running: model?.admission.load.running ?? 0,
    waiting: model?.admission.load.waiting ?? 0,
    cacheUsage: model?.engine.cacheUsage() ?? 0,
  };
}

function stopSignal(logger: Logger): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    // Not `once`: a library that sees no other listener would end the process itself.
    process.on(name, () => {
      logger.info({ signal: name }, 'Stopping');
      controller.abort(new Error(`received ${name}`));
    });
  }
  return controller.signal;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await once(signal, 'abort');
  }
}

/** Whatever is left must not keep the process: its container would be killed much later. */
function endSoon(exitCode: number): void {
  process.exitCode = exitCode;
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), EXIT_WITHIN_MS).unref();
}

async function main(): Promise<void> {
  const read = readConfig(process.argv.slice(2), process.env);
  if (read.kind === 'help') {
    process.stdout.write(helpText());
    return;
  }
  if (read.kind === 'invalid') {
    process.stderr.write(`${read.problems.join('\n')}\nSee --help\n`);
    process.exitCode = 2;
    return;
  }
  const logger = pinoLogger({ level: read.config.logLevel, name: NAME });
  try {
    await run(read.config, logger);
    logger.info({}, 'Stopped');
    endSoon(0);
  } catch (error) {
    logger.error({ err: error }, error instanceof Error ? error.message : String(error));
    endSoon(1);
  }
}

await runProgram(NAME, main);
