const UNITS_MS = { h: 3_600_000, m: 60_000, s: 1_000 } as const;

const PART = /(?<count>\d+)(?<unit>[hms])/gu;

/** A span as Karpenter writes it (`720h`, `1h30m`), in milliseconds; undefined: there is none, or it never ends. */
export function durationMs(text: string | undefined): number | undefined {
  const parts = [...(text ?? '').matchAll(PART)];
  return parts.length === 0 ? undefined : parts.reduce((sum, { groups }) => sum + partMs(groups ?? {}), 0);
}

function partMs({ count, unit }: Readonly<Record<string, string | undefined>>): number {
  const unitMs = unit === 'h' ? UNITS_MS.h : unit === 'm' ? UNITS_MS.m : UNITS_MS.s;
  return Number(count) * unitMs;
}
