import type { Taint } from '@kaito/types';

/** Taints are the same when key and effect are, whatever their value. */
export function isSameTaint(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

/** The taints that are there, and those wanted that are not. */
export function mergedTaints(present: readonly Taint[], wanted: readonly Taint[]): readonly Taint[] {
  return wanted.reduce(
    (merged, taint) => (merged.some((other) => isSameTaint(other, taint)) ? merged : [...merged, taint]),
    present,
  );
}

/** As kubectl writes it. */
export function taintName({ key, value = '', effect }: Taint): string {
  return value === '' ? `${key}:${effect}` : `${key}=${value}:${effect}`;
}
