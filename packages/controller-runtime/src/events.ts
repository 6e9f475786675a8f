import { hasAborted } from './abort.ts';
import { isApiError } from './api-error.ts';
import type { Clock } from './clock.ts';
import type { Kubernetes, Manifest, ResourceType } from './kubernetes.ts';
import type { Logger } from './logger.ts';
import { noMetrics } from './metrics.ts';
import type { Metrics } from './metrics.ts';
import { microTime } from './micro-time.ts';

export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly uid: string;
}

export interface Event {
  readonly regarding: ObjectReference;
  readonly type: 'Normal' | 'Warning';
  /** CamelCase: why; what a person searches for. */
  readonly reason: string;
  /** A sentence for people. */
  readonly message: string;
  /** CamelCase: what was done, or not done. */
  readonly action: string;
}

/** Tells the users of an object what happened to it. */
export interface EventRecorder {
  /** Returns at once; the event is written in the background, and only the log knows when that fails. */
  record(event: Event): void;
  /** Resolves when everything recorded so far has been written or given up. */
  flushed(): Promise<void>;
}

export interface EventRecorderOptions {
  readonly kubernetes: Kubernetes;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics?: Metrics;
  /** A qualified name, as `kaito.sh/workspace-controller`. */
  readonly reportingController: string;
  /** Which of its replicas. */
  readonly reportingInstance: string;
  /** Events that are not written when it aborts are dropped. */
  readonly signal: AbortSignal;
}

const events: ResourceType = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  isNamespaced: true,
};
const MUTED_FOR_MS = 120_000;
const LONGEST_BACKLOG = 1_000;
/** The API server refuses longer ones. */
const LONGEST_NAME = 253;
const LONGEST_NOTE = 1_024;

export function eventRecorder(options: EventRecorderOptions): EventRecorder {
  const backlog: Manifest[] = [];
  const isRepeated = repetitionFilter(options.clock);
  const dropped = (options.metrics ?? noMetrics).counter('events_dropped_total', 'Events that were not written', []);
  let sequence = 0;
  let sending: Promise<void> | undefined;
  const send = async (): Promise<void> => {
    for (let event = backlog.shift(); event !== undefined; event = backlog.shift()) {
      if (!(await write(options, event))) {
        dropped.inc();
      }
    }
    sending = undefined;
  };
  return {
    record: (event) => {
      if (isRepeated(event) || options.signal.aborted) {
        return;
      }
      if (backlog.length >= LONGEST_BACKLOG) {
        dropped.inc();
        return;
      }
      sequence += 1;
      backlog.push(manifestOf(event, sequence, options));
      sending ??= send();
    },
    flushed: async () => {
      await sending;
    },
  };
}

async function write({ kubernetes, logger, signal }: EventRecorderOptions, manifest: Manifest): Promise<boolean> {
  if (signal.aborted) {
    return false;
  }
  try {
    await kubernetes.create({ type: events, manifest, fieldManager: 'kaito-events' }, signal);
    return true;
  } catch (error) {
    if (isApiError(error, 'AlreadyExists')) {
      return true;
    }
    if (!hasAborted(signal)) {
      logger.warn({ err: error, event: manifest.metadata.name }, 'Writing an event failed');
    }
    return false;
  }
}

function manifestOf(
  { regarding, type, reason, message, action }: Event,
  sequence: number,
  { clock, reportingController, reportingInstance }: EventRecorderOptions,
): Manifest {
  const now = clock.now();
  const suffix = `.${now.getTime().toString(16)}${sequence.toString(16).padStart(4, '0')}`;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: {
      name: `${regarding.name.slice(0, LONGEST_NAME - suffix.length).replace(/[.-]+$/, '')}${suffix}`,
      namespace: regarding.namespace ?? 'default', // where events about what lives in no namespace belong
    },
    eventTime: microTime(now),
    reportingController,
    reportingInstance,
    regarding: {
      apiVersion: regarding.apiVersion,
      kind: regarding.kind,
      name: regarding.name,
      ...(regarding.namespace !== undefined && { namespace: regarding.namespace }),
      uid: regarding.uid,
    },
    type,
    reason,
    action,
    note: shortened(message),
  };
}

function shortened(message: string): string {
  return Buffer.byteLength(message) <= LONGEST_NOTE ? message : `${message.slice(0, LONGEST_NOTE / 4 - 1)}…`;
}

/** Tells whether the same event was let through less than two minutes ago. */
function repetitionFilter(clock: Clock): (event: Event) => boolean {
  const lastAt = new Map<string, number>();
  return ({ regarding, type, reason, message, action }) => {
    const now = clock.now().getTime();
    for (const [id, at] of lastAt) {
      if (now - at < MUTED_FOR_MS && lastAt.size <= LONGEST_BACKLOG) {
        break; // the rest is younger
      }
      lastAt.delete(id);
    }
    const id = JSON.stringify([regarding.kind, regarding.uid, type, reason, action, message]);
    if (lastAt.has(id)) {
      return true;
    }
    lastAt.set(id, now);
    return false;
  };
}
