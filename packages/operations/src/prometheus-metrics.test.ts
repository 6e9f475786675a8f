import { describe, expect, it } from '@jest/globals';

import { prometheusMetrics } from './prometheus-metrics.ts';

describe('prometheusMetrics', () => {
  it('gives the same metric for the same name', async () => {
    const metrics = prometheusMetrics();
    metrics.counter('kaito_tests_total', 'tests', []).inc();
    metrics.counter('kaito_tests_total', 'tests', []).inc();
    expect(await metrics.text()).toContain('kaito_tests_total 2');
  });

  it('keeps gauges and histograms with their labels and buckets', async () => {
    const metrics = prometheusMetrics();
    metrics.gauge('kaito_depth', 'depth', ['queue']).set(3, { queue: 'a' });
    metrics.histogram('kaito_wait_seconds', 'wait', ['queue'], [1, 10]).observe(4, { queue: 'a' });
    const text = await metrics.text();
    expect(text).toContain('kaito_depth{queue="a"} 3');
    expect(text).toContain('kaito_wait_seconds_bucket{le="1",queue="a"} 0');
    expect(text).toContain('kaito_wait_seconds_bucket{le="10",queue="a"} 1');
  });
});
