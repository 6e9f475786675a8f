import type { Metrics } from './metrics.ts';

export type ReconcileResult = 'success' | 'requeue_after' | 'conflict' | 'waiting' | 'error' | 'aborted';

/** The figures of one controller, under the names that dashboards for Go's controller-runtime know. */
export interface ControllerMetrics {
  readonly queued: (depth: number) => void;
  started(): void;
  finished(result: ReconcileResult, seconds: number): void;
}

const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function controllerMetrics(metrics: Metrics, name: string): ControllerMetrics {
  const of = { controller: name };
  const total = metrics.counter('controller_runtime_reconcile_total', 'Reconciles by result', ['controller', 'result']);
  const errors = metrics.counter('controller_runtime_reconcile_errors_total', 'Reconciles that failed', ['controller']);
  const duration = metrics.histogram(
    'controller_runtime_reconcile_time_seconds',
    'Duration of a reconcile',
    ['controller'],
    SECONDS,
  );
  const active = metrics.gauge('controller_runtime_active_workers', 'Reconciles that run', ['controller']);
  const depth = metrics.gauge('workqueue_depth', 'Keys that wait for a worker', ['controller']);
  let running = 0;
  return {
    queued: (keys) => {
      depth.set(keys, of);
    },
    started: () => {
      running += 1;
      active.set(running, of);
    },
    finished: (result, seconds) => {
      running -= 1;
      active.set(running, of);
      total.inc({ ...of, result });
      duration.observe(seconds, of);
      if (result === 'error') {
        errors.inc(of);
      }
    },
  };
}
