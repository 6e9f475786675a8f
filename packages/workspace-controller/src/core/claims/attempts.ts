import { timestamp, timestampMs } from '@kaito/types';
import type { Attempts } from '@kaito/types';

import type { Observed } from '../observed.ts';
import type { Settings } from '../settings.ts';
import { cloudAttemptsMs, createdMs } from './claim.ts';

const HOUR_MS = 3_600_000;

/** Creates per Workspace in any hour, ours and the provisioner's; one of more nodes may ask for each of them once. */
const PER_HOUR = 12;

/** A claim whose count was lost to a crash is counted by its age, unless the count has just left the hour. */
const SURELY_RECENT_MS = HOUR_MS - 60_000;

/** When the claims of the last hour were made, the oldest first. */
function recentAttempts(observed: Observed): readonly number[] {
  return [...recordedAttempts(observed), ...unrecordedAttempts(observed)].toSorted((a, b) => a - b);
}

function recordedAttempts({ workspace, now }: Observed): readonly number[] {
  return (workspace.status?.attempts?.times ?? [])
    .map((time) => timestampMs(time) ?? 0)
    .filter((time) => time > now.getTime() - HOUR_MS);
}

/** What exists without having been counted: claims of the Go original or from before a crash, the cloud's repetitions. */
function unrecordedAttempts(observed: Observed): readonly number[] {
  const { now } = observed;
  const recorded = recordedAttempts(observed);
  const repetitions = repeatedAttempts(observed);
  const claims = observed.claims
    .map(createdMs)
    .filter((time) => time > now.getTime() - SURELY_RECENT_MS)
    .toSorted((a, b) => a - b)
    .slice(without(recorded, repetitions).length);
  return [...claims, ...without(repetitions, recorded)];
}

/** Each of `taken` takes one of its like away: two attempts may fall into one second. */
function without(times: readonly number[], taken: readonly number[]): readonly number[] {
  const left = [...taken];
  return times.filter((time) => {
    const at = left.indexOf(time);
    if (at !== -1) {
      left.splice(at, 1);
    }
    return at === -1;
  });
}

/** How often the provisioner asked the cloud again for the same claim; making the claim counts as the first time. */
function repeatedAttempts({ claims, now }: Observed): readonly number[] {
  return claims
    .flatMap((machine) => cloudAttemptsMs(machine).slice(1))
    .map(wholeSeconds)
    .filter((time) => time > now.getTime() - HOUR_MS);
}

/** As the status keeps it: what is recorded is recognised. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

/** Absent: now. */
export function nextAttemptMs(observed: Observed, count: number): number | undefined {
  const nowMs = observed.now.getTime();
  const times = recentAttempts(observed);
  const planned = timestampMs(observed.workspace.status?.attempts?.nextAttempt ?? '') ?? 0;
  const [oldest = 0] = times;
  const roomAt = times.length < limit(count) ? 0 : oldest + HOUR_MS;
  const at = Math.max(planned, roomAt);
  return at > nowMs ? at : undefined;
}

/** How many claims may be made at once. */
export function room(observed: Observed, count: number): number {
  return Math.max(0, limit(count) - recentAttempts(observed).length);
}

/** What a claim made now is told of the creates before it: the provisioner counts on, and may still send one. */
export function earlierAttempts(observed: Observed): string {
  return recentAttempts(observed)
    .slice(1 - PER_HOUR)
    .map((time) => timestamp(time))
    .join(' ');
}

export interface Outcome {
  /** Claims made in this reconcile. */
  readonly made: number;
  /** Why a claim fails right now. */
  readonly failure: string | undefined;
  /** Every node is there. */
  readonly isSettled: boolean;
  /** Nodes wanted. */
  readonly count: number;
}

/** The durable record after this reconcile; as it was when there is nothing to add, so that rest stays rest. */
export function attemptsAfter(observed: Observed, outcome: Outcome, settings: Settings): Attempts | undefined {
  if (outcome.made > 0) {
    return afterNewClaims(observed, outcome, settings);
  }
  const recorded = observed.workspace.status?.attempts;
  const attempts = unrecordedAttempts(observed).length === 0 ? recorded : recordOf(recentAttempts(observed), recorded);
  if (attempts === undefined || outcome.isSettled) {
    return attempts === undefined ? undefined : withoutFailure(attempts);
  }
  return outcome.failure === undefined ? attempts : { ...attempts, lastFailure: outcome.failure };
}

function afterNewClaims(
  observed: Observed,
  { made, count }: Outcome,
  { claimBackoff }: Settings,
): Attempts | undefined {
  const nowMs = observed.now.getTime();
  const times = [...recentAttempts(observed), ...Array.from({ length: made }, () => nowMs)];
  const round = Math.ceil(times.length / count);
  const delayMs = Math.min(claimBackoff.baseMs * 2 ** (round - 1), claimBackoff.maxMs);
  const record = recordOf(times, observed.workspace.status?.attempts);
  return record === undefined ? undefined : { ...record, nextAttempt: timestamp(nowMs + delayMs) };
}

function recordOf(times: readonly number[], previous: Attempts | undefined): Attempts | undefined {
  const [oldest] = times;
  return oldest === undefined
    ? previous
    : { ...previous, windowStart: timestamp(oldest), count: times.length, times: times.map((time) => timestamp(time)) };
}

/** A node that is lost later is replaced at once: only failures in a row wait. */
function withoutFailure(attempts: Attempts): Attempts {
  if (attempts.lastFailure === undefined && attempts.nextAttempt === undefined) {
    return attempts;
  }
  const { lastFailure: _failure, nextAttempt: _next, ...rest } = attempts;
  return rest;
}

function limit(count: number): number {
  return Math.max(PER_HOUR, count);
}
