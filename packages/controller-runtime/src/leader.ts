import { hasAborted, pause } from './abort.ts';
import { jittered } from './backoff.ts';
import type { Clock } from './clock.ts';
import { deadline, withTimeout } from './deadline.ts';
import type { Deadline } from './deadline.ts';
import type { Kubernetes, ObjectKey } from './kubernetes.ts';
import { isStillOurs, mayTake, observed } from './leader-state.ts';
import type { LeaseRecord, Observation } from './leader-state.ts';
import { leaseClient } from './lease.ts';
import type { LeaseClient } from './lease.ts';
import type { Logger } from './logger.ts';

export interface LeadOptions {
  readonly kubernetes: Kubernetes;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly lease: ObjectKey;
  /** Who we are. A process that comes back under the same identity goes on at once. */
  readonly identity: string;
  /** Nobody else takes the lease before this long without a renewal; whole seconds. */
  readonly leaseDurationMs: number;
  /** Without a renewal for this long we stop leading; less than `leaseDurationMs`. */
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
  readonly random: () => number;
}

/**
 * What is done while holding the lease. A process that stood still learns from `check`, before its timers tell it, that
 * somebody else may lead by now: it throws then, and the signal aborts.
 */
export type Leading = (signal: AbortSignal, check: () => void) => Promise<void>;

/**
 * Waits for the lease, then runs `run` while holding it. The signal of `run` aborts before anybody else can have the
 * lease; whoever lost it contends again. At a graceful stop the lease is released once `run` has ended. Ends when
 * `signal` aborts or `run` ends by itself; rejects when `run` does.
 */
export async function lead(options: LeadOptions, run: Leading, signal: AbortSignal): Promise<void> {
  if (options.renewDeadlineMs >= options.leaseDurationMs) {
    throw new RangeError('renewDeadlineMs must be less than leaseDurationMs');
  }
  const context = { ...options, client: leaseClient(options.kubernetes, options.lease) };
  let isOver = false;
  while (!isOver && !signal.aborted) {
    const tenure = await acquire(context, signal);
    isOver = tenure === undefined || (await hold(context, tenure, run, signal)) === 'over';
  }
}

interface Context extends LeadOptions {
  readonly client: LeaseClient;
}

/** The time during which we hold the lease. */
interface Tenure {
  lease: LeaseRecord;
  /** Aborts when the lease can no longer be counted on. */
  readonly lost: AbortController;
  /** The beginning of the last write that was answered. */
  renewedAtMs: number;
  /** Since then. */
  renewBy: Deadline;
}

/** Undefined when the signal aborted first. */
async function acquire(context: Context, signal: AbortSignal): Promise<Tenure | undefined> {
  const { clock, logger, random, retryPeriodMs } = context;
  let seen: Observation | undefined;
  let waitedMs = 0;
  while (!signal.aborted) {
    try {
      seen = await look(context, seen, waitedMs, signal);
      waitedMs = 0;
      const tenure = mayTake(seen, context) ? await take(context, seen.lease, signal) : undefined;
      if (tenure !== undefined) {
        return tenure;
      }
    } catch (error) {
      if (!hasAborted(signal)) {
        logger.warn({ err: error }, 'Reading or taking the lease failed');
      }
    }
    const pauseMs = jittered(retryPeriodMs, random);
    await pause(clock, pauseMs, signal);
    waitedMs += pauseMs;
  }
  return undefined;
}

async function look(
  context: Context,
  before: Observation | undefined,
  waitedMs: number,
  signal: AbortSignal,
): Promise<Observation> {
  const { client, identity, logger } = context;
  const lease = await attempt(context, signal, async (own) => client.read(own));
  const holder = lease?.holder ?? '';
  if (before === undefined || before.lease?.holder !== lease?.holder) {
    logger.info({ identity, holder }, 'Contending for the lease');
  }
  return observed(before, lease, waitedMs);
}

async function take(
  context: Context,
  before: LeaseRecord | undefined,
  signal: AbortSignal,
): Promise<Tenure | undefined> {
  const { clock, identity, leaseDurationMs, logger } = context;
  const lost = new AbortController();
  const renewBy = renewalDeadline(context, lost);
  const next = {
    holder: identity,
    durationMs: leaseDurationMs,
    transitions: before === undefined ? 0 : before.transitions + 1,
    now: clock.now(),
    isAcquisition: true,
  };
  try {
    const lease = await attempt(context, signal, async (own) => context.client.write(before, next, own));
    if (lease !== undefined) {
      logger.info({ identity, previous: before?.holder ?? '' }, 'Leading');
      return { lease, lost, renewBy, renewedAtMs: next.now.getTime() };
    }
  } catch (error) {
    renewBy.cancel();
    throw error;
  }
  renewBy.cancel();
  return undefined;
}

/** Runs while the lease is ours; `over` when there is nothing left to contend for. */
async function hold(context: Context, tenure: Tenure, run: Leading, signal: AbortSignal): Promise<'over' | 'lost'> {
  const working = new AbortController();
  const stop = (): void => {
    working.abort();
  };
  signal.addEventListener('abort', stop, { once: true });
  tenure.lost.signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted || tenure.lost.signal.aborted) {
    stop();
  }
  const ended = new AbortController();
  const renewing = renewUntil(context, tenure, ended.signal);
  try {
    await run(working.signal, () => {
      if (context.clock.now().getTime() - tenure.renewedAtMs >= context.renewDeadlineMs) {
        tenure.lost.abort();
      }
      working.signal.throwIfAborted();
    });
  } catch (error) {
    if (!working.signal.aborted) {
      throw error;
    }
    context.logger.warn({ err: error }, 'Stopping what the leader does failed');
  } finally {
    signal.removeEventListener('abort', stop);
    ended.abort();
    await renewing;
    tenure.renewBy.cancel();
    if (!tenure.lost.signal.aborted) {
      await release(context, tenure);
    }
  }
  return tenure.lost.signal.aborted ? 'lost' : 'over';
}

/** Renews until `run` has ended, also while it is stopping: nobody else may begin before. */
async function renewUntil(context: Context, tenure: Tenure, ended: AbortSignal): Promise<void> {
  const { clock, logger, retryPeriodMs } = context;
  while (!ended.aborted && !tenure.lost.signal.aborted) {
    await pause(clock, retryPeriodMs, ended);
    try {
      if (!hasAborted(ended) && !hasAborted(tenure.lost.signal)) {
        await renew(context, tenure, ended);
      }
    } catch (error) {
      if (!hasAborted(ended)) {
        logger.warn({ err: error }, 'Renewing the lease failed');
      }
    }
  }
}

async function renew(context: Context, tenure: Tenure, ended: AbortSignal): Promise<void> {
  const { clock, identity, leaseDurationMs, logger } = context;
  const renewBy = renewalDeadline(context, tenure.lost);
  const next = {
    holder: identity,
    durationMs: leaseDurationMs,
    transitions: tenure.lease.transitions,
    now: clock.now(),
    isAcquisition: false,
  };
  try {
    const renewed = await attempt(context, ended, async (own) => context.client.write(tenure.lease, next, own));
    if (renewed !== undefined) {
      tenure.lease = renewed;
      tenure.renewBy.cancel();
      tenure.renewBy = renewBy;
      tenure.renewedAtMs = next.now.getTime();
      return;
    }
    const lease = await attempt(context, ended, async (own) => context.client.read(own));
    if (lease !== undefined && isStillOurs(lease, tenure.lease, identity)) {
      tenure.lease = lease; // our own write whose answer was lost, or an annotation: the next renewal will do
    } else {
      logger.error({ identity, holder: lease?.holder ?? '' }, 'The lease was taken by another');
      tenure.lost.abort();
    }
  } finally {
    if (tenure.renewBy !== renewBy) {
      renewBy.cancel();
    }
  }
}

async function release(context: Context, tenure: Tenure): Promise<void> {
  const { clock, identity, logger } = context;
  const writeFrom = async (lease: LeaseRecord): Promise<LeaseRecord | undefined> => {
    const { transitions } = lease;
    const next = { holder: '', durationMs: 1_000, transitions, now: clock.now(), isAcquisition: false };
    return attempt(context, undefined, async (own) => context.client.write(lease, next, own));
  };
  try {
    if ((await writeFrom(tenure.lease)) === undefined) {
      // a renewal was cut short and may have been written
      const lease = await attempt(context, undefined, async (own) => context.client.read(own));
      if (lease !== undefined && isStillOurs(lease, tenure.lease, identity)) {
        await writeFrom(lease);
      }
    }
    logger.info({ identity }, 'Released the lease');
  } catch (error) {
    logger.warn({ err: error }, 'Releasing the lease failed');
  }
}

function renewalDeadline({ clock, identity, logger, renewDeadlineMs }: Context, lost: AbortController): Deadline {
  return deadline(clock, renewDeadlineMs, () => {
    logger.error({ identity }, 'Giving up leadership: the lease could not be renewed in time');
    lost.abort();
  });
}

/** Two attempts fit into the renew deadline, however long one of them hangs. */
async function attempt<R>(
  context: Context,
  signal: AbortSignal | undefined,
  act: (signal: AbortSignal) => Promise<R>,
): Promise<R> {
  const { clock, renewDeadlineMs, retryPeriodMs } = context;
  const ms = Math.max(retryPeriodMs, (renewDeadlineMs - retryPeriodMs) / 2);
  return withTimeout({ clock, ms }, signal, act);
}
