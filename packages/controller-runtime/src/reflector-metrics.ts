import type { ResourceType } from './kubernetes.ts';
import type { Metrics } from './metrics.ts';

/** The figures of one reflector. */
export interface ReflectorMetrics {
  listed(): void;
  watchOpened(): void;
  failed(reason: string): void;
  counted(objects: number, unreadable: number): void;
}

export function reflectorMetrics(metrics: Metrics, { plural }: ResourceType): ReflectorMetrics {
  const lists = metrics.counter('informer_lists_total', 'Complete lists read from the API server', ['resource']);
  const watches = metrics.counter('informer_watches_total', 'Watch streams opened', ['resource']);
  const failures = metrics.counter('informer_failures_total', 'Lists and watches that failed', ['resource', 'reason']);
  const objects = metrics.gauge('informer_objects', 'Objects in the cache', ['resource']);
  const unreadable = metrics.gauge('informer_unreadable_objects', 'Objects that the schema refuses', ['resource']);
  const resource = { resource: plural };
  return {
    listed: () => {
      lists.inc(resource);
    },
    watchOpened: () => {
      watches.inc(resource);
    },
    failed: (reason) => {
      failures.inc({ ...resource, reason });
    },
    counted: (objectCount, unreadableCount) => {
      objects.set(objectCount, resource);
      unreadable.set(unreadableCount, resource);
    },
  };
}
