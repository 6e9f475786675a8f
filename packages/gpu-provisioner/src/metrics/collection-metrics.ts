import type { Gauge, Metrics } from '@kaito/controller-runtime';

/** 1 while so much is missing at once that nothing is collected. */
export function collectionStopped(metrics: Metrics): Gauge {
  const help = 'Whether nothing is collected, since too many agent pools or claims are missing at once';
  return metrics.gauge('kaito_gpu_provisioner_collection_stopped', help, []);
}
