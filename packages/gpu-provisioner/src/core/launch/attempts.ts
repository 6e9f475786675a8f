import { quietMs } from '../pools/cloud.ts';
import type { CloudFailure } from '../pools/cloud.ts';
import type { Settings } from '../settings.ts';
import { msBetween, plusMs, timeOf } from '../time.ts';

const HOUR_MS = 3_600_000;

/** The times in an annotation, oldest first; what is not a time is not counted. */
export function readAttempts(text = ''): readonly Date[] {
  return text
    .split(' ')
    .map(timeOf)
    .filter((time) => time.getTime() > 0);
}

/** The annotation with one more attempt; what is older than the hour that counts is left out. */
export function withAttempt(attempts: readonly Date[], now: Date): string {
  return [...recentAttempts(attempts, now), now].map((attempt) => attempt.toISOString()).join(' ');
}

export function recentAttempts(attempts: readonly Date[], now: Date): readonly Date[] {
  return attempts.filter((attempt) => msBetween(attempt, now) < HOUR_MS);
}

/** When one more create would stay within what is allowed per hour; undefined: at any time. */
export function allowedAgainAt(attempts: readonly Date[], now: Date, settings: Settings): Date | undefined {
  const recent = recentAttempts(attempts, now);
  const first = recent.at(-settings.maxCreatesPerHour);
  return first === undefined ? undefined : plusMs(first, HOUR_MS);
}

type RetrySettings = Pick<Settings, 'retryBaseMs' | 'retryMaxMs'>;

/** How long to wait after this failure, the last of `failures` in a row: no shorter than the cloud asks for. */
export function retryPauseMs(failure: CloudFailure, failures: number, settings: RetrySettings): number {
  return Math.max(quietMs(failure) ?? 0, retryDelayMs(failures, settings));
}

/** How long to wait after `failures` failures in a row. */
export function retryDelayMs(failures: number, { retryBaseMs, retryMaxMs }: RetrySettings): number {
  return Math.min(retryMaxMs, retryBaseMs * 2 ** Math.min(Math.max(failures - 1, 0), 30));
}
