import { hasAborted, pause } from './abort.ts';
import { isApiError } from './api-error.ts';
import { atLeast, backoffMs } from './backoff.ts';
import { keyOf } from './cache.ts';
import type { HasMetadata, WatchedKind } from './cache.ts';
import type { Clock } from './clock.ts';
import type { Kubernetes, ListPage, Selection, WatchEvent } from './kubernetes.ts';
import type { Logger } from './logger.ts';
import type { ObjectStore } from './object-store.ts';
import type { ReflectorMetrics } from './reflector-metrics.ts';
import { StreamIdle, stoppedWhenIdle } from './stream-idle.ts';

export interface ReflectorOptions<T extends HasMetadata> {
  readonly kubernetes: Kubernetes;
  readonly kind: WatchedKind<T>;
  readonly selection?: Selection;
  readonly isMetadataOnly?: boolean;
  readonly store: ObjectStore<T>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: ReflectorMetrics;
  readonly random: () => number;
  readonly idleTimeoutMs: number;
  readonly onSynced: () => void;
  /** The cluster may not serve the kind: then there are none of it, and it is looked for again from time to time. */
  readonly isOptional: boolean;
}

const PAGE_LIMIT = 500;
const BACKOFF = { baseMs: 250, maxMs: 10_000 };
const SHORTEST_WATCH_S = 300;
const UNSERVED_MS = 30_000;

/** How far the reflector has come. */
interface Progress {
  /** Where the next watch begins; undefined: a list comes first. */
  version: string | undefined;
  /** Failures since the last event that a watch delivered. */
  failures: number;
  /** A continue token expired: the next list is read in one piece. */
  isPagingRefused: boolean;
}

/** Keeps the store equal to what the API server has, until the signal aborts. */
export async function reflect<T extends HasMetadata>(options: ReflectorOptions<T>, signal: AbortSignal): Promise<void> {
  const progress: Progress = { version: undefined, failures: 0, isPagingRefused: false };
  while (!signal.aborted) {
    try {
      progress.version ??= await listAll(options, progress, signal);
      await watchOn(options, progress, progress.version, signal);
    } catch (error) {
      if (hasAborted(signal)) {
        return;
      }
      await (options.isOptional && isApiError(error, 'NotFound')
        ? takeUnserved(options, progress, signal)
        : recover(options, progress, error, signal));
    }
  }
}

async function takeUnserved<T extends HasMetadata>(
  { clock, onSynced, store }: ReflectorOptions<T>,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  progress.version = undefined;
  store.clear();
  onSynced();
  await pause(clock, UNSERVED_MS, signal);
}

/** Reads the complete list from etcd's newest state, page by page, and hands it to the store. */
async function listAll<T extends HasMetadata>(
  { kubernetes, kind, selection, isMetadataOnly, store, metrics, onSynced }: ReflectorOptions<T>,
  progress: Progress,
  signal: AbortSignal,
): Promise<string> {
  const listed = new Map<string, T | undefined>();
  let page: ListPage | undefined;
  do {
    page = await kubernetes.list(
      {
        ...selection,
        ...(isMetadataOnly === true && { isMetadataOnly }),
        type: kind,
        ...(!progress.isPagingRefused && { limit: PAGE_LIMIT }),
        ...(page?.continueToken !== undefined && { continueToken: page.continueToken }),
      },
      signal,
    );
    for (const raw of page.items) {
      listed.set(keyOf(raw), store.read(raw));
    }
  } while (page.continueToken !== undefined);
  store.replace(listed, page.resourceVersion);
  progress.isPagingRefused = false;
  metrics.listed();
  metrics.counted(store.size, store.unreadableCount);
  onSynced();
  return page.resourceVersion;
}

/** Watches until the server ends the stream, which it does after some minutes as asked. */
async function watchOn<T extends HasMetadata>(
  options: ReflectorOptions<T>,
  progress: Progress,
  version: string,
  signal: AbortSignal,
): Promise<void> {
  const { kubernetes, kind, selection, isMetadataOnly, metrics, random, clock, idleTimeoutMs } = options;
  const timeoutSeconds = Math.round(SHORTEST_WATCH_S * (1 + random()));
  const stream = { isFruitful: false };
  await stoppedWhenIdle({ clock, idleTimeoutMs }, signal, async (streamSignal, onActivity) => {
    metrics.watchOpened();
    const view = isMetadataOnly === true ? { isMetadataOnly } : {};
    const request = { ...selection, ...view, type: kind, resourceVersion: version, timeoutSeconds };
    for await (const event of kubernetes.watch(request, streamSignal)) {
      onActivity();
      stream.isFruitful = true;
      progress.failures = 0;
      progress.version = take(options, event);
    }
  });
  if (!stream.isFruitful && !hasAborted(signal)) {
    progress.failures += 1;
    await pause(clock, backoffMs(BACKOFF, progress.failures, random), signal);
  }
}

function take<T extends HasMetadata>({ store, metrics }: ReflectorOptions<T>, event: WatchEvent): string {
  if (event.type === 'BOOKMARK') {
    store.advanceTo(event.resourceVersion);
    return event.resourceVersion;
  }
  store.take(event.type, event.object);
  metrics.counted(store.size, store.unreadableCount);
  return event.object.metadata.resourceVersion;
}

/** Decides where to go on after a failure, and waits. */
async function recover<T extends HasMetadata>(
  { clock, logger, metrics, random }: ReflectorOptions<T>,
  progress: Progress,
  error: unknown,
  signal: AbortSignal,
): Promise<void> {
  metrics.failed(isApiError(error) ? error.kind : error instanceof StreamIdle ? 'Idle' : 'Unknown');
  progress.failures += 1;
  const wasWatching = progress.version !== undefined;
  progress.isPagingRefused = !wasWatching && isApiError(error, 'Gone');
  if (!canContinue(error)) {
    progress.version = undefined;
  }
  const delayMs = delayAfter(error, progress.failures, random);
  const fields = { err: error, delayMs: Math.round(delayMs), willList: progress.version === undefined };
  if (isApiError(error, 'Gone', 'Network', 'TooManyRequests', 'Unavailable') || error instanceof StreamIdle) {
    logger.info(fields, wasWatching ? 'Watching was interrupted' : 'Listing was interrupted');
  } else {
    logger.error(fields, wasWatching ? 'Watching failed' : 'Listing failed');
  }
  await pause(clock, delayMs, signal);
}

/**
 * Whether the next watch may begin where the last one ended. After a lost connection it may not: the server that
 * answers next may be another one, or one restored from a backup, and would then leave out events without a word.
 */
function canContinue(error: unknown): boolean {
  return (
    error instanceof StreamIdle || isApiError(error, 'TooManyRequests', 'Unavailable', 'Unauthorized', 'Forbidden')
  );
}

function delayAfter(error: unknown, failures: number, random: () => number): number {
  const delayMs = backoffMs(BACKOFF, failures, random);
  const asked = isApiError(error) ? error.retryAfterMs : undefined;
  return asked === undefined ? delayMs : Math.max(delayMs, atLeast(asked, random));
}
