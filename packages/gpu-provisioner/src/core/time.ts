/* oxlint-disable no-restricted-globals -- conversions only: nothing here reads the clock */

/** A time as the API server writes it; the beginning of time when it is none, so that it counts as long past. */
export function timeOf(text: string): Date {
  const ms = Date.parse(text);
  return new Date(Number.isNaN(ms) ? 0 : ms);
}

/** A time that somebody may have written; undefined: nobody has, or it is none. */
export function writtenTime(text: string | undefined): Date | undefined {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

export function plusMs(time: Date, ms: number): Date {
  return new Date(time.getTime() + ms);
}

/** Negative when `to` lies before `from`. */
export function msBetween(from: Date, to: Date): number {
  return to.getTime() - from.getTime();
}

/** RFC 3339 in whole seconds, as the API server keeps times. */
export function timestamp(time: Date): string {
  return `${time.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}Z`;
}
