import type {
  Counter as PortCounter,
  Gauge as PortGauge,
  Histogram as PortHistogram,
  Metrics,
} from '@kaito/controller-runtime';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface PrometheusMetrics extends Metrics {
  /** Everything in Prometheus' text format. */
  text(): Promise<string>;
}

/** The metrics port on prom-client, with the process's own figures (memory, CPU, event loop). */
export function prometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counters = new Map<string, PortCounter>();
  const gauges = new Map<string, PortGauge>();
  const histograms = new Map<string, PortHistogram>();
  return {
    counter: (name, help, labelNames) =>
      once(counters, name, () => {
        const counter = new Counter({ name, help, labelNames: [...labelNames], registers: [registry] });
        return {
          inc: (labels = {}, by = 1) => {
            counter.inc(labels, by);
          },
        };
      }),
    gauge: (name, help, labelNames) =>
      once(gauges, name, () => {
        const gauge = new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
        return {
          set: (value, labels = {}) => {
            gauge.set(labels, value);
          },
        };
      }),
    histogram: (name, help, labelNames, buckets) =>
      once(histograms, name, () => {
        const given = buckets === undefined ? {} : { buckets: [...buckets] };
        const histogram = new Histogram({ name, help, labelNames: [...labelNames], registers: [registry], ...given });
        return {
          observe: (value, labels = {}) => {
            histogram.observe(labels, value);
          },
        };
      }),
    text: async () => registry.metrics(),
  };
}

/** The metric of that name, made when it is asked for first: prom-client refuses a second one of the same name. */
function once<T>(made: Map<string, T>, name: string, make: () => T): T {
  const metric = made.get(name) ?? make();
  made.set(name, metric);
  return metric;
}
