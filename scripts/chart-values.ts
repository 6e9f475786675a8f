import { isMap, isScalar, parseDocument } from 'yaml';
import type { Pair, YAMLMap } from 'yaml';

/** One value that a user may set. */
export interface ChartValue {
  readonly path: readonly string[];
  readonly default: unknown;
  /** The comment above it. */
  readonly description: string;
}

/** The values of a `values.yaml` in its order; a map counts as one value unless values in it have comments. */
export function chartValues(text: string): readonly ChartValue[] {
  const { contents } = parseDocument(text);
  return isMap(contents) ? valuesIn(contents, []) : [];
}

function valuesIn(map: YAMLMap, parents: readonly string[]): readonly ChartValue[] {
  return map.items.flatMap((pair) => {
    const path = [...parents, nameOf(pair)];
    const { value } = pair;
    return isMap(value) && hasComments(value)
      ? valuesIn(value, path)
      : [{ path, default: isMap(value) || isNode(value) ? value.toJSON() : value, description: commentOf(pair, map) }];
  });
}

function hasComments(map: YAMLMap): boolean {
  return map.items.some((child) => commentOf(child, map) !== '' || (isMap(child.value) && hasComments(child.value)));
}

function nameOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : String(key);
}

/** The last paragraph above a key. The parser keeps that of a map's first key with the map. */
function commentOf(pair: Pair, map: YAMLMap): string {
  const own = isScalar(pair.key) ? pair.key.commentBefore : undefined;
  const comment = own ?? (map.items[0] === pair ? map.commentBefore : undefined) ?? '';
  const paragraph = comment.split(/\n\s*\n/u).at(-1) ?? '';
  return paragraph
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
    .trim();
}

function isNode(value: unknown): value is { toJSON(): unknown } {
  return typeof value === 'object' && value !== null && 'toJSON' in value;
}
