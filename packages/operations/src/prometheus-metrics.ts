import type { Counter, Gauge, Histogram, Metrics } from '@kaito/controller-runtime';
import * as prometheus from 'prom-client';

/** Metrics as Prometheus reads them. */
export interface MetricsPage {
  readonly contentType: string;
  text(): Promise<string>;
}

/** Keeps figures in memory, the process's own (CPU, memory, event loop) among them. */
export function prometheusMetrics(): Metrics & MetricsPage {
  const registry = new prometheus.Registry();
  prometheus.collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  return {
    contentType: registry.contentType,
    text: async () => registry.metrics(),
    counter: (name, help, labelNames) =>
      kept(counters, name, () => counterOf({ name, help, labelNames: [...labelNames], registers })),
    gauge: (name, help, labelNames) =>
      kept(gauges, name, () => gaugeOf({ name, help, labelNames: [...labelNames], registers })),
    histogram: (name, help, labelNames, buckets) => {
      const bounds = buckets === undefined ? {} : { buckets: [...buckets] };
      const configuration = { name, help, labelNames: [...labelNames], registers, ...bounds };
      return kept(histograms, name, () => histogramOf(configuration));
    },
  };
}

function counterOf(configuration: prometheus.CounterConfiguration<string>): Counter {
  const counter = new prometheus.Counter(configuration);
  return {
    inc: (labels = {}, by = 1) => {
      counter.inc(labels, by);
    },
  };
}

function gaugeOf(configuration: prometheus.GaugeConfiguration<string>): Gauge {
  const gauge = new prometheus.Gauge(configuration);
  return {
    set: (value, labels = {}) => {
      gauge.set(labels, value);
    },
  };
}

function histogramOf(configuration: prometheus.HistogramConfiguration<string>): Histogram {
  const histogram = new prometheus.Histogram(configuration);
  return {
    observe: (value, labels = {}) => {
      histogram.observe(labels, value);
    },
  };
}

function kept<M>(metrics: Map<string, M>, name: string, make: () => M): M {
  const metric = metrics.get(name) ?? make();
  metrics.set(name, metric);
  return metric;
}
