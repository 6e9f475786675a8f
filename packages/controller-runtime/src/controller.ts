import type { Change, HasMetadata } from './cache.ts';
import { parseKey } from './cache.ts';
import type { Clock } from './clock.ts';
import { controllerMetrics } from './controller-metrics.ts';
import type { ControllerMetrics, ReconcileResult } from './controller-metrics.ts';
import type { Informer } from './informer.ts';
import { lazyChild } from './lazy-child.ts';
import type { Logger } from './logger.ts';
import { noMetrics } from './metrics.ts';
import type { Metrics } from './metrics.ts';
import { afterFailure } from './retry-policy.ts';
import { WorkQueue } from './work-queue.ts';

export interface ControllerOptions {
  readonly name: string;
  /** The kind whose keys are reconciled; for log lines. */
  readonly kind?: string;
  /** How many keys are worked on at the same time. */
  readonly workers: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics?: Metrics;
  readonly random: () => number;
  /** Caches that `reconcile` reads without being woken by them; `run` waits for them too. */
  readonly informers?: readonly { synced(signal: AbortSignal): Promise<void> }[];
  /**
   * Brings the world closer to what the object of this key wants. Answers after how many milliseconds it wants to
   * be called again; undefined: not before a change.
   */
  readonly reconcile: (key: string, signal: AbortSignal, log: Logger) => Promise<number | undefined>;
}

export interface Controller {
  /** Reconciles the keys that `keysOf` names whenever something in the informer's cache changes. Call before `run`. */
  watch<T extends HasMetadata>(informer: Informer<T>, keysOf: (change: Change<T>) => readonly string[]): void;
  /** Reconciles the key soon, or after `delayMs`. */
  enqueue(key: string, delayMs?: number): void;
  /**
   * Waits until the caches are complete, then works until the signal aborts; running reconciles get the same signal
   * and are awaited. May be called again afterwards: no key is lost in between. Before each reconcile `check` may throw,
   * and abort the signal, when this process is not the one to work any more.
   */
  run(signal: AbortSignal, check?: () => void): Promise<void>;
}

export function controller(options: ControllerOptions): Controller {
  const metrics = controllerMetrics(options.metrics ?? noMetrics, options.name);
  const queue = new WorkQueue({ clock: options.clock, onDepth: metrics.queued });
  const informers = [...(options.informers ?? [])];
  return {
    watch: (informer, keysOf) => {
      informers.push(informer);
      informer.onChange((change) => {
        for (const key of keysOf(change)) {
          queue.add(key);
        }
      });
    },
    enqueue: (key, delayMs = 0) => {
      queue.addAfter(key, delayMs);
    },
    run: async (signal, check = () => undefined) => {
      await work({ ...options, informers, queue, figures: metrics, check }, signal);
    },
  };
}

interface Work extends ControllerOptions {
  readonly informers: readonly { synced(signal: AbortSignal): Promise<void> }[];
  readonly queue: WorkQueue;
  readonly figures: ControllerMetrics;
  readonly check: () => void;
}

async function work(context: Work, signal: AbortSignal): Promise<void> {
  const { informers, logger, name, queue, workers } = context;
  try {
    await Promise.all(informers.map(async (informer) => informer.synced(signal)));
  } catch (error) {
    if (signal.aborted) {
      return;
    }
    throw error;
  }
  logger.info({ controller: name, workers }, 'Starting to reconcile');
  await Promise.all(Array.from({ length: workers }, async () => workUntilAborted(context, signal)));
  queue.stopDelays();
  logger.info({ controller: name }, 'Stopped reconciling');
}

async function workUntilAborted(context: Work, signal: AbortSignal): Promise<void> {
  for (;;) {
    const key = await context.queue.next(signal);
    if (key === undefined) {
      return;
    }
    if (signal.aborted) {
      context.queue.add(key);
    } else {
      await runOnce(context, key, signal);
    }
    context.queue.done(key);
  }
}

/** One reconcile with everything around it: log lines, figures, and when the key comes again. */
async function runOnce(context: Work, key: string, signal: AbortSignal): Promise<void> {
  const { check, clock, figures, logger, queue, reconcile } = context;
  const fields = reconcileFields(context, key);
  const log = lazyChild(logger, fields);
  const startedAt = clock.now().getTime();
  figures.started();
  let result: ReconcileResult;
  try {
    check();
    const requeueAfterMs = await reconcile(key, signal, log);
    queue.forget(key);
    if (requeueAfterMs !== undefined) {
      queue.addAfter(key, Math.max(requeueAfterMs, 0));
    }
    result = requeueAfterMs === undefined ? 'success' : 'requeue_after';
  } catch (error) {
    result = signal.aborted ? 'aborted' : afterFailure({ queue, log, random: context.random }, key, error);
    if (signal.aborted) {
      queue.add(key);
    }
  }
  const durationMs = clock.now().getTime() - startedAt;
  figures.finished(result, durationMs / 1000);
  logger.debug({ ...fields, durationMs, result }, 'Reconciled');
}

/** Which reconcile a line is about. */
function reconcileFields({ name, kind, random }: Work, key: string): object {
  const reconcileId = Math.floor(random() * 2 ** 48)
    .toString(16)
    .padStart(12, '0');
  return { controller: name, ...(kind !== undefined && { kind }), ...parseKey(key), reconcileId };
}
