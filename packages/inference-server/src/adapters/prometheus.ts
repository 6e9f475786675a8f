import { Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { GenerationRecord, Metrics } from '../core/ports.ts';

/** What is true at the moment of a scrape. */
export interface LiveState {
  readonly running: number;
  readonly waiting: number;
  readonly cacheUsage: number;
}

const FINE = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80];
const COARSE = [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680];
const TOKENS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/** The metrics of vLLM, as far as they mean something here, under their names; scalers and dashboards know them. */
export function prometheusMetrics(modelName: string, live: () => LiveState): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ model_name: modelName, engine: '0' });
  const counters = makeCounters(registry);
  const histograms = makeHistograms(registry);
  liveGauges(registry, live);
  return {
    observe: (record) => {
      count(counters, record);
      measure(histograms, record);
    },
    rejected: () => counters.rejected.inc(),
    text: async () => registry.metrics(),
  };
}

type Counters = ReturnType<typeof makeCounters>;

function makeCounters(registry: Registry) {
  const registers = [registry];
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers });
  return {
    prompt: counter('vllm:prompt_tokens_total', 'Number of prefill tokens processed.'),
    generation: counter('vllm:generation_tokens_total', 'Number of generation tokens processed.'),
    cacheQueries: counter('vllm:prefix_cache_queries_total', 'Prefix cache queries, in queried tokens.'),
    cacheHits: counter('vllm:prefix_cache_hits_total', 'Prefix cache hits, in cached tokens.'),
    rejected: counter('kaito_ratelimit_rejected_total', 'Requests refused because the waiting queue was full.'),
    finished: new Counter({
      name: 'vllm:request_success_total',
      help: 'Count of successfully processed requests.',
      labelNames: ['finished_reason'],
      registers,
    }),
  };
}

type Histograms = ReturnType<typeof makeHistograms>;

function makeHistograms(registry: Registry) {
  const histogram = (name: string, help: string, buckets: readonly number[]): Histogram =>
    new Histogram({ name: `vllm:${name}`, help, buckets: [...buckets], registers: [registry] });
  return {
    firstToken: histogram('time_to_first_token_seconds', 'Time to first token.', FINE),
    gap: histogram('inter_token_latency_seconds', 'Time between two tokens.', FINE),
    whole: histogram('e2e_request_latency_seconds', 'End to end request latency.', COARSE),
    queue: histogram('request_queue_time_seconds', 'Time spent in the waiting queue.', COARSE),
    inference: histogram('request_inference_time_seconds', 'Time spent running.', COARSE),
    prefill: histogram('request_prefill_time_seconds', 'Time spent on the prompt.', COARSE),
    decode: histogram('request_decode_time_seconds', 'Time spent on the answer.', COARSE),
    promptTokens: histogram('request_prompt_tokens', 'Number of prefill tokens of a request.', TOKENS),
    generationTokens: histogram('request_generation_tokens', 'Number of generation tokens of a request.', TOKENS),
    maxTokens: histogram('request_params_max_tokens', 'The max_tokens request parameter.', TOKENS),
  };
}

function liveGauges(registry: Registry, live: () => LiveState): void {
  const gauges: readonly (readonly [string, string, keyof LiveState])[] = [
    ['vllm:num_requests_running', 'Number of requests in model execution batches.', 'running'],
    ['vllm:num_requests_waiting', 'Number of requests waiting to be processed.', 'waiting'],
    ['vllm:kv_cache_usage_perc', 'KV-cache usage. 1 means 100 percent usage.', 'cacheUsage'],
  ];
  for (const [name, help, key] of gauges) {
    const gauge: Gauge = new Gauge({ name, help, registers: [registry], collect: () => gauge.set(live()[key]) });
  }
}

function count(counters: Counters, record: GenerationRecord): void {
  counters.finished.inc({ finished_reason: record.reason });
  counters.prompt.inc(record.promptTokens);
  counters.generation.inc(record.completionTokens);
  counters.cacheQueries.inc(record.promptTokens);
  counters.cacheHits.inc(record.cachedTokens);
}

function measure(histograms: Histograms, record: GenerationRecord): void {
  const { queueMs, firstTokenMs, totalMs } = record;
  histograms.queue.observe(queueMs / 1000);
  histograms.inference.observe((totalMs - queueMs) / 1000);
  histograms.whole.observe(totalMs / 1000);
  if (firstTokenMs !== undefined) {
    histograms.firstToken.observe(firstTokenMs / 1000);
    histograms.prefill.observe((firstTokenMs - queueMs) / 1000);
    histograms.decode.observe((totalMs - firstTokenMs) / 1000);
  }
  for (const gap of record.tokenGapsMs) {
    histograms.gap.observe(gap / 1000);
  }
  histograms.promptTokens.observe(record.promptTokens);
  histograms.generationTokens.observe(record.completionTokens);
  histograms.maxTokens.observe(record.maxTokens);
}
