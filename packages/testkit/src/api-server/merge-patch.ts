import { frozenCopy, isFields } from './json.ts';
import type { Fields } from './json.ts';

/** A JSON merge patch (RFC 7386): null removes, objects are merged, everything else replaces. */
export function mergePatched(current: Fields, patch: Fields): Fields {
  const next: Record<string, unknown> = { ...current };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) {
      delete next[name];
    } else if (isFields(value)) {
      const before = next[name];
      next[name] = mergePatched(isFields(before) ? before : {}, value);
    } else if (value !== undefined) {
      next[name] = frozenCopy(value);
    }
  }
  return Object.freeze(next);
}
