import type { Taint } from '@kaito/types';

/** Taints are the same when key and effect are, whatever their value. */
export function isSameTaint(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

/** Of a Node that is still coming up, in either era. */
const COMING_UP: readonly Taint[] = [
  { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
  { key: 'node.cloudprovider.kubernetes.io/uninitialized', effect: 'NoSchedule' },
];

export function isOfComingUp(taint: Taint): boolean {
  return COMING_UP.some((one) => isSameTaint(one, taint));
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
