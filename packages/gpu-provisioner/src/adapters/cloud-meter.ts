import type { Clock, Metrics } from '@kaito/controller-runtime';

import type { Answer } from '../core/pools/cloud.ts';

const CONTROLLER = 'machine';
const PROVIDER = 'azure';

/** Counts and times a call to the cloud. */
export type Meter = <T>(method: string, call: () => Promise<Answer<T>>) => Promise<Answer<T>>;

export interface MeterOptions {
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Under the names that dashboards of the original read. */
export function cloudMeter({ clock, metrics }: MeterOptions): Meter {
  const durations = metrics.histogram(
    'karpenter_cloudprovider_duration_seconds',
    'Duration of calls to the cloud provider',
    ['controller', 'method', 'provider'],
  );
  const errors = metrics.counter('karpenter_cloudprovider_errors_total', 'Calls that the cloud provider refused', [
    'controller',
    'method',
    'provider',
    'error',
  ]);
  return async (method, call) => {
    const labels = { controller: CONTROLLER, method, provider: PROVIDER };
    const startedAt = clock.now().getTime();
    const answer = await call();
    durations.observe((clock.now().getTime() - startedAt) / 1000, labels);
    if (!answer.isOk) {
      errors.inc({ ...labels, error: answer.failure.kind });
    }
    return answer;
  };
}
