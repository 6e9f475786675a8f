import { gigabytes } from '@kaito/oci';

/** `label  value` lines, and below them what to do next. */
export function report(lines: readonly (readonly [string, string])[], next: readonly string[]): string {
  const width = Math.max(...lines.map(([label]) => label.length));
  const facts = lines.map(([label, value]) => `${label.padEnd(width)}  ${value}`);
  return [...facts, '', ...next].join('\n');
}

/** In the unit in which one sees something. */
export function sized(bytes: number): string {
  return bytes >= 1e8 ? gigabytes(bytes) : `${(bytes / 1e6).toFixed(2)} MB`;
}
