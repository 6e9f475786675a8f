/** For what takes minutes: from a second to an hour. */
export const LONG_SECONDS: readonly number[] = [1, 5, 10, 30, 60, 120, 180, 300, 450, 600, 900, 1800, 3600];
