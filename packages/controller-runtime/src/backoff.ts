export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** How long to wait after `failures` failures in a row (1 or more): doubling, at most `maxMs`, spread by ±25 %. */
export function backoffMs({ baseMs, maxMs }: Backoff, failures: number, random: () => number): number {
  const exponent = Math.min(failures - 1, 30);
  return jittered(Math.min(maxMs, baseMs * 2 ** exponent), random);
}

/** Spreads a delay by ±25 %, so that many waiting for the same thing do not come back at the same moment. */
export function jittered(delayMs: number, random: () => number): number {
  return delayMs * (0.75 + 0.5 * random());
}

/** Never before what was asked for, and up to 25 % later. */
export function atLeast(askedMs: number, random: () => number): number {
  return askedMs * (1 + 0.25 * random());
}
