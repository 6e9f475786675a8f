import type { Cache, Change, HasMetadata, WatchedKind } from './cache.ts';
import type { Clock } from './clock.ts';
import type { Kubernetes, Selection } from './kubernetes.ts';
import type { Logger } from './logger.ts';
import { noMetrics } from './metrics.ts';
import type { Metrics } from './metrics.ts';
import { ObjectStore } from './object-store.ts';
import type { Indexes } from './object-store.ts';
import { reflect } from './reflector.ts';
import { reflectorMetrics } from './reflector-metrics.ts';

export interface InformerOptions<T> {
  readonly kubernetes: Kubernetes;
  readonly kind: WatchedKind<T>;
  /** Absent: every object of the kind. */
  readonly selection?: Selection;
  /** For a kind of which nothing but metadata is read: its schema must do without the rest. */
  readonly isMetadataOnly?: boolean;
  /** By name: the values under which an object is found by `byIndex`. */
  readonly indexes?: Indexes<T>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics?: Metrics;
  readonly random: () => number;
  /** A stream that brings nothing for this long, not even a bookmark, is taken for dead. The server sends one each minute. */
  readonly idleTimeoutMs?: number;
  /** A cluster that does not serve the kind has none of it. Absent: it is a failure. */
  readonly isOptional?: boolean;
}

/** Keeps a cache of one kind up to date. */
export interface Informer<T extends HasMetadata> {
  readonly cache: Cache<T>;
  /** Called after the cache has changed; each change once, in order. Objects listed at the start count as added. */
  onChange(listener: (change: Change<T>) => void): void;
  /** Called after the cluster has begun or ceased to serve the kind; also when it turns out at the start that it does not. */
  onServed(listener: () => void): void;
  /** Lists, then watches, and goes on through every failure until the signal aborts; never rejects. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when the cache holds one complete list; rejects when the signal aborts before. */
  synced(signal: AbortSignal): Promise<void>;
}

const IDLE_TIMEOUT_MS = 90_000;

export function informer<T extends HasMetadata>(options: InformerOptions<T>): Informer<T> {
  const { kind, metrics = noMetrics, idleTimeoutMs = IDLE_TIMEOUT_MS, isOptional = false } = options;
  const logger = options.logger.child({ resource: kind.plural });
  const listeners: ((change: Change<T>) => void)[] = [];
  const servedListeners: (() => void)[] = [];
  const firstSync = Promise.withResolvers<undefined>();
  const onSynced = (): void => {
    firstSync.resolve(undefined);
  };
  const store = new ObjectStore<T>({
    kind,
    logger,
    ...(options.indexes !== undefined && { indexes: options.indexes }),
    onChange: (change) => {
      tell(listeners, change, logger);
    },
    onServed: () => {
      tell(servedListeners, undefined, logger);
    },
  });
  return {
    cache: store,
    onChange: (listener) => {
      listeners.push(listener);
    },
    onServed: (listener) => {
      servedListeners.push(listener);
    },
    run: async (signal) => {
      await reflect(
        { ...options, logger, store, idleTimeoutMs, isOptional, onSynced, metrics: reflectorMetrics(metrics, kind) },
        signal,
      );
    },
    synced: async (signal) => {
      await settledOrAborted(firstSync.promise, signal);
    },
  };
}

/** A listener that throws is a bug of its owner; the cache and the other listeners go on. */
function tell<T>(listeners: readonly ((change: T) => void)[], change: T, logger: Logger): void {
  for (const listener of listeners) {
    try {
      listener(change);
    } catch (error) {
      logger.error({ err: error }, 'Listening to a change failed');
    }
  }
}

async function settledOrAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => {
    aborted.reject(signal.reason);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
