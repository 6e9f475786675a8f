import { noMetrics } from '@kaito/controller-runtime';
import type { Metrics } from '@kaito/controller-runtime';

/** Counters that say what was counted: `name{label=value,…}`, once for each time. */
export function countedMetrics(): { readonly metrics: Metrics; readonly counted: readonly string[] } {
  const counted: string[] = [];
  const metrics: Metrics = {
    ...noMetrics,
    counter: (name) => ({
      inc: (by = {}) => {
        const labels = Object.entries(by).map(([label, value]) => `${label}=${value}`);
        counted.push(`${name}{${labels.join(',')}}`);
      },
    }),
  };
  return { metrics, counted };
}
