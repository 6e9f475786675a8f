export type MetricLabels = Readonly<Record<string, string>>;

export interface Counter {
  /** Adds `by`, or 1. */
  inc(labels?: MetricLabels, by?: number): void;
}

export interface Gauge {
  set(value: number, labels?: MetricLabels): void;
}

export interface Histogram {
  observe(value: number, labels?: MetricLabels): void;
}

/** Where figures go. Asking for the same name again gives the same metric. */
export interface Metrics {
  counter(name: string, help: string, labelNames: readonly string[]): Counter;
  gauge(name: string, help: string, labelNames: readonly string[]): Gauge;
  /** `buckets` are upper bounds, in the unit that the name ends with. */
  histogram(name: string, help: string, labelNames: readonly string[], buckets?: readonly number[]): Histogram;
}

const ignore = (): void => {
  // keeps nothing
};

export const noMetrics: Metrics = {
  counter: () => ({ inc: ignore }),
  gauge: () => ({ set: ignore }),
  histogram: () => ({ observe: ignore }),
};
