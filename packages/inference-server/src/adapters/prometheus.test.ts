import { describe, expect, test } from '@jest/globals';

import { prometheusMetrics } from './prometheus.ts';

describe('prometheusMetrics', () => {
  test('shows finished requests, refusals and the state of the moment under the names of vLLM', async () => {
    const metrics = prometheusMetrics('phi', () => ({ running: 1, waiting: 2, cacheUsage: 0.25 }));
    metrics.rejected();
    metrics.observe({
      reason: 'stop',
      promptTokens: 10,
      cachedTokens: 4,
      completionTokens: 3,
      maxTokens: 100,
      queueMs: 5,
      firstTokenMs: 25,
      tokenGapsMs: [10, 15],
      totalMs: 60,
    });
    const lines = (await metrics.text()).split('\n');
    for (const line of [
      'vllm:num_requests_running{model_name="phi",engine="0"} 1',
      'vllm:num_requests_waiting{model_name="phi",engine="0"} 2',
      'vllm:kv_cache_usage_perc{model_name="phi",engine="0"} 0.25',
      'vllm:prompt_tokens_total{model_name="phi",engine="0"} 10',
      'vllm:generation_tokens_total{model_name="phi",engine="0"} 3',
      'vllm:prefix_cache_hits_total{model_name="phi",engine="0"} 4',
      'vllm:request_success_total{finished_reason="stop",model_name="phi",engine="0"} 1',
      'vllm:time_to_first_token_seconds_sum{model_name="phi",engine="0"} 0.025',
      'vllm:inter_token_latency_seconds_count{model_name="phi",engine="0"} 2',
      'vllm:e2e_request_latency_seconds_sum{model_name="phi",engine="0"} 0.06',
      'kaito_ratelimit_rejected_total{model_name="phi",engine="0"} 1',
    ]) {
      expect(lines).toContain(line);
    }
  });
});
